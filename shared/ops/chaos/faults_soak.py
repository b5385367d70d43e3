"""Soak (浸泡, F23): minutes of load with a kill or a freeze of a server now and then; what a service holds stays flat.

Services themselves are left alone: only a process that lives through it can be seen to grow.
"""

from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ops.chaos.faults_process import killed, replaced
from ops.chaos.freezing import frozen
from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.child import resident
from ops.stack import Stack

_SERVERS = ("nats", "postgres")
_PAUSE = (8.0, 12.0)
_FROZEN = (2.0, 5.0)
_WARM = 0.25
"""The share of the time after which a service has what it needs; it is measured from there."""
_GROWTH = 1.25
_SLACK_MIB = 32.0
_SLACK_FILES = 24
"""A pool opens and closes some connections as it likes."""


@dataclass(frozen=True)
class Held:
    """What a process holds."""

    mebibytes: float
    files: int


@dataclass(frozen=True)
class Soak:
    """As many minutes as the command is told, one by default."""

    name: str = "F23"
    told: tuple[str, str] = (
        "长时间带负载，其间强杀、冻结服务器",
        "long under load, servers killed and frozen meanwhile",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Load and faults for ``ground.soak_minutes``."""
        async with Stack.open(temporary=True, environment=own_ports(), say=ground.say, usual_ports=False) as stack:
            return await Trial(self.name, ground, stack, seconds=ground.soak_minutes * 60).run(_nemesis)


async def _nemesis(trial: Trial) -> None:
    begun = monotonic()
    before: dict[str, Held] = {}
    while monotonic() - begun < trial.seconds:
        await trial.pause(*_PAUSE)
        if not before and monotonic() - begun > trial.seconds * _WARM:
            before = _held_by(trial.stack)
        victim = trial.random.choice(_SERVERS)
        if trial.random.random() < 0.5:  # noqa: PLR2004 - either
            pid = await killed(trial, victim)
            trial.fault(f"kill -9 {victim}", f"kill -9 {victim}")
            await replaced(trial, victim, pid)
        else:
            with frozen(trial.stack.pid_of(victim)):
                trial.fault(f"冻结 {victim}", f"{victim} is frozen")
                await trial.pause(*_FROZEN)
        await trial.stack.ready()
    _compare(trial, before, _held_by(trial.stack))


def _compare(trial: Trial, before: dict[str, Held], after: dict[str, Held]) -> None:
    for name, held in before.items():
        now = after[name]
        trial.measured |= {f"{name}_mebibytes": now.mebibytes, f"{name}_files": now.files}
        if now.mebibytes > held.mebibytes * _GROWTH + _SLACK_MIB:
            trial.findings.append(f"{name} grew from {held.mebibytes:.0f} to {now.mebibytes:.0f} MiB")
        if now.files > held.files + _SLACK_FILES:
            trial.findings.append(f"{name} has {now.files} open files instead of {held.files}")


def _held_by(stack: Stack) -> dict[str, Held]:
    return {name: held_by(stack.pid_of(name)) for name in stack.urls}


def held_by(pid: int) -> Held:
    """Resident memory and open files of a process."""
    return Held(resident(pid), len(list(Path(f"/proc/{pid}/fd").iterdir())))
