"""Faults of processes (进程故障): killed without warning (F1, F2, F4) or frozen for a while (F5)."""

from dataclasses import dataclass

from ops.chaos.row import Ground, Report
from ops.chaos.trial import Trial
from ops.child import until

_KILLS = 9
_NOTICE = 10.0
"""Seconds within which a service must say that something it needs does not answer."""


@dataclass(frozen=True)
class Kills:
    """kill -9 of one of ``victims``, again and again; the stack's keeper starts it anew."""

    name: str
    told: tuple[str, str]
    victims: tuple[str, ...]
    pause: tuple[float, float] = (1.5, 3.0)
    kills: int = _KILLS
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Kill while the driver sends."""
        seconds = self.kills * sum(self.pause) / 2
        return await Trial(self.name, ground, await ground.stack(), seconds=seconds).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        for _ in range(self.kills):
            await trial.pause(*self.pause)
            victim = trial.random.choice(self.victims)
            pid = trial.stack.kill(victim)
            trial.fault(f"kill -9 {victim}", f"kill -9 {victim}")
            await _replaced(trial, victim, pid)


async def _replaced(trial: Trial, name: str, pid: int) -> None:
    """A process that is not there yet cannot be killed again."""
    await until(lambda: trial.stack.pid_of(name) != pid, patience=60)
