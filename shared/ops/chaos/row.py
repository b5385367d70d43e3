"""Row (故障矩阵的一行): one family of faults, run on a stack under load, and what it is judged by.

A row either uses the stack all rows share (``ground.stack()``) or opens one of its own; then it runs a
``ops.chaos.trial.Trial`` on it. What one machine cannot run answers ``Report(skipped=…)`` and says why.
"""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Protocol

from ops.services import outer_environment, service_names, variable
from ops.stack import Stack

LONGEST_DRAIN = 30.0
"""Seconds the chain may need to be quiet again after the last fault."""
Say = Callable[[str, str], None]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of a row (一行的结果); the counts are those of the JSON."""

    row: str
    events: int = 0
    """Decisions the driver was asked to send."""
    faults: int = 0
    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    ghost: int = 0
    order_violations: int = 0
    dead_letters_expected: int = 0
    dead_letters: int = 0
    drain_seconds: float = 0.0
    longest_stall_seconds: float = 0.0
    audit_ok: bool | None = None
    """None: this deployment keeps no audit chain."""
    findings: tuple[str, ...] = ()
    """What is not as it must be, one sentence each; a row with findings is not clean."""
    skipped: str = ""
    """Why this machine cannot run the row, zh / en."""
    longest_drain: float = LONGEST_DRAIN
    measured: Mapping[str, float] = field(default_factory=dict)
    """Further figures only this row has, e.g. what the control run lost."""

    @property
    def clean(self) -> bool:
        """True when everything held, and when the row could not be run."""
        counts = (self.lost, self.duplicated, self.ghost, self.order_violations)
        return (
            not any(counts)
            and not self.findings
            and self.dead_letters == self.dead_letters_expected
            and self.drain_seconds <= self.longest_drain
            and self.audit_ok is not False
        )

    def document(self) -> dict[str, Any]:
        """The row of the JSON; what does not apply is left out."""
        if self.skipped:
            return {"row": self.row, "skipped": self.skipped}
        names = ("row", "events", "faults", "acknowledged", "lost", "duplicated", "ghost", "order_violations")
        told: dict[str, Any] = {name: getattr(self, name) for name in (*names, "dead_letters_expected", "dead_letters")}
        told["drain_seconds"] = round(self.drain_seconds, 1)
        told["longest_stall_seconds"] = round(self.longest_stall_seconds, 1)
        if self.audit_ok is not None:
            told["audit_ok"] = self.audit_ok
        if self.measured:
            told["measured"] = {name: round(figure, 1) for name, figure in self.measured.items()}
        if self.findings:
            told["findings"] = list(self.findings)
        return told


class Ground:
    """Where rows run (演练场): the seed, the size, the shared stack. Leaves nothing behind when it is closed."""

    def __init__(
        self, *, seed: int, events: int, say: Say, soak_minutes: float = 1, folder: Path | None = None
    ) -> None:
        """``folder``: where the ledgers of acknowledged requests are kept as files; None keeps them in memory."""
        self.soak_minutes = soak_minutes
        self.seed = seed
        self.events = events
        self.say = say
        self.folder = folder
        self._leaving = AsyncExitStack()
        self._stack: Stack | None = None

    def random(self, row: str) -> Random:
        """The choices of one row: the same for the same seed, whichever rows run beside it."""
        return Random(f"{self.seed}:{row}")  # noqa: S311 - repeatable on purpose

    async def stack(self) -> Stack:
        """The stack all rows share, started when the first asks."""
        if self._stack is None:
            opened = Stack.open(temporary=True, environment=own_ports(), say=self.say, usual_ports=False)
            self._stack = await self._leaving.enter_async_context(opened)
        return self._stack

    async def close(self) -> None:
        """Stop the shared stack; the next that asks gets a fresh one."""
        self._stack = None
        await self._leaving.aclose()


class Row(Protocol):
    """One row of the fault matrix."""

    @property
    def name(self) -> str:
        """``F1`` … ``F23``."""
        ...

    @property
    def told(self) -> tuple[str, str]:
        """What it does, zh and en."""
        ...

    @property
    def own_stack(self) -> bool:
        """True: it opens a stack of its own; such rows run after those that share one, which is stopped by then."""
        ...

    async def run(self, ground: Ground) -> Report:
        """Do the worst, wait until it is quiet, compare."""
        ...


def skipped(row: str, why: tuple[str, str]) -> Report:
    """A row this machine cannot run, and why in Chinese and English."""
    return Report(row=row, skipped=" / ".join(why))


def own_ports(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment for a stack that never takes the usual ports: a restarted service finds its port free again."""
    return outer_environment() | {variable(name, "PORT"): "0" for name in service_names()} | dict(more or {})
