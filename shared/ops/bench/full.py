"""Full (全量测量): what takes more than minutes: a grown stack, a soak, two processes of each service, a burst."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median
from time import time
from typing import Any

from ops.bench import burst, console, ground, growth, soak
from ops.bench.course import Course, Round
from ops.bench.growth import Built, Grown, must_have_room
from ops.bench.place import opened
from ops.bench.trial import WARMING, Trial
from ops.narrator import Narrator
from ops.services import service_names


class Part(StrEnum):
    """Part of ``--full`` (全量测量的一部分), in the order of their worth."""

    GROWTH = "growth"
    ROWS = "rows"
    SOAK = "soak"
    REPLICAS = "replicas"
    BURST = "burst"
    CONSOLE = "console"
    """Pages on a stack of its own: asked for by its name, without rounds of chains when it is the only part."""
    PEERS = "peers"
    """The other designs beside the rounds, which come first."""


FULL = tuple(part for part in Part if part is not Part.CONSOLE)
"""What ``--full`` measures: chains; pages are measured by themselves."""
ALONE = frozenset({Part.GROWTH, Part.ROWS, Part.CONSOLE})
"""Measured on stacks of their own, once that of the rounds has given its disk back."""
_SOAKED = 210
"""Chains a second of a soak, on a machine that carries out 300."""
_BYTES_PER_CHAIN, _BYTES_PER_DECISION, _LOG = 60_000, 20_000, 8 << 30
"""Disk: what a chain leaves in databases and streams, what a decision does, and PostgreSQL's log at most."""


@dataclass(frozen=True, kw_only=True)
class Extent:
    """How much of it (规模)."""

    cache: Path
    cases: int = growth.CASES
    rows: int = growth.ROWS
    minutes: int = soak.MINUTES
    decisions: int = burst.BURST

    def grown(self, narrator: Narrator) -> Grown:
        """The stack that has grown to it."""
        return Grown(self.cache, self.cases, narrator)

    def must_fit(self, narrator: Narrator, parts: Sequence[Part], chains: int) -> None:
        """Refuse (CannotRun) now what would fill the disk an hour later; ``chains``: of all rounds on one stack."""
        there = next(each for each in (self.cache, *self.cache.parents) if each.is_dir())
        must_have_room(there, max(self._first(parts, chains), self._afterwards(narrator, parts, chains)))

    def _first(self, parts: Sequence[Part], chains: int) -> int:
        """Bytes that the stack of the rounds writes, and one of two processes each beside it."""
        beside = chains if Part.REPLICAS in parts else 0
        soaked = self.minutes * 60 * _SOAKED if Part.SOAK in parts else 0
        handed_in = self.decisions * _BYTES_PER_DECISION if Part.BURST in parts else 0
        written = (chains + beside + soaked) * _BYTES_PER_CHAIN + handed_in
        return written + min(written, _LOG) + 2 * beside * _BYTES_PER_CHAIN

    def _afterwards(self, narrator: Narrator, parts: Sequence[Part], chains: int) -> int:
        """Bytes that are still to be built, and that it and the empty stack beside it write."""
        behind = {Part.GROWTH, Part.ROWS}.intersection(parts)
        if not behind:
            return 0
        lacking = self.grown(narrator).lacking(self.rows if Part.ROWS in parts else 0)
        return lacking + 2 * 2 * chains * len(behind) * _BYTES_PER_CHAIN


class Full:
    """The parts, one after the other, once a trial has done its rounds."""

    def __init__(self, trial: Trial, narrator: Narrator, extent: Extent, *, chains: int, rounds: int) -> None:
        self._trial, self._narrator, self._extent = trial, narrator, extent
        self._chains, self._rounds = chains, rounds
        self._told = trial.figures.parts

    async def run(self, parts: Sequence[Part], keep: Callable[[dict[str, Any]], None]) -> None:
        """Run parts, those of ``ALONE`` when the trial's stack is closed; the document is kept after each. Raises CannotRun."""
        todo = {
            Part.GROWTH: self._growth,
            Part.ROWS: self._more_rows,
            Part.SOAK: self._soak,
            Part.REPLICAS: self._replicas,
            Part.BURST: self._burst,
            Part.CONSOLE: self._console,
        }
        for part in Part:
            if part in parts and part in todo:
                await todo[part]()
                keep(self._trial.figures.document())

    async def _growth(self) -> None:
        grown = self._extent.grown(self._narrator)
        await self._on_grown(grown, await grown.build(), str(self._extent.cases))

    async def _more_rows(self) -> None:
        grown = self._extent.grown(self._narrator)
        await self._on_grown(grown, await grown.enlarge(self._extent.rows), f"{self._extent.rows} rows")

    async def _on_grown(self, grown: Grown, built: Built, name: str) -> None:
        async with opened(self._narrator) as empty, opened(self._narrator, grown.folder) as stack:
            await ground.furnish(empty)
            course = Course(stack, f"G{int(time()):x}", first=built.measured)
            told = await self._in_turn(Course(empty, "E"), course)
        grown.used(built, course.following)
        self._told.setdefault("growth", {})[name] = {**told, "rows": built.rows}

    async def _replicas(self) -> None:
        async with opened(self._narrator, replicas=dict.fromkeys(service_names(), 2)) as stack:
            await ground.furnish(stack)
            self._told["replicas"] = {"2": await self._in_turn(self._trial.course, Course(stack, "D"))}

    async def _soak(self) -> None:
        greatest = median(self._trial.figures.rates["chain"])
        course, minutes = self._trial.course, self._extent.minutes
        self._told["soak"] = await soak.soak(course, greatest, minutes, self._narrator.note)

    async def _burst(self) -> None:
        decisions = self._extent.decisions
        self._narrator.say(f"突发 {decisions} 个决定", f"a burst of {decisions} decisions")
        self._told["burst"] = await burst.burst(self._trial.course, decisions, self._narrator.note)

    async def _console(self) -> None:
        self._told["console"] = await console.measure(self._extent.cache, self._extent.cases, self._narrator)

    async def _in_turn(self, usual: Course, other: Course) -> dict[str, Any]:
        """Two stacks, round by round; the ratios are of medians."""
        for each in (usual, other):
            await each.chains(min(WARMING, self._chains))
        pairs = []
        for _ in range(self._rounds):
            one, its = await usual.chains(self._chains), await other.chains(self._chains)
            self._narrator.say(
                f"{one.per_second:.0f} 与 {its.per_second:.0f} 条/秒",
                f"{one.per_second:.0f}/s and {its.per_second:.0f}/s",
            )
            pairs.append((one, its))
        return compared([one for one, _ in pairs], [its for _, its in pairs])


def compared(usual: Sequence[Round], other: Sequence[Round]) -> dict[str, Any]:
    """The JSON of rounds on two stacks in turn; CPU tells them apart also where a busy machine blurs the rates."""
    rate, beside = median(each.per_second for each in other), median(each.per_second for each in usual)
    cpu, its = median(each.cpu_per_1000 for each in usual), median(each.cpu_per_1000 for each in other)
    return {
        "chains_per_s": round(rate, 1),
        "ratio": round(rate / beside, 3),
        "cpu_s_per_1000": round(its, 3),
        "ratio_cpu": round(its / cpu, 3),
        "cpu_s_per_1000_by_process": _by_process(other),
        "beside_cpu_s_per_1000_by_process": _by_process(usual),
        "wal_bytes_per_chain": round(median(each.wal_per_chain for each in other)),
        "rounds": [round(each.per_second, 1) for each in other],
        "beside": [round(each.per_second, 1) for each in usual],
    }


def _by_process(rounds: Sequence[Round]) -> dict[str, float]:
    return {name: round(median(each.cpu_by_process[name] for each in rounds), 3) for name in rounds[0].cpu_by_process}
