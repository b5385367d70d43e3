"""Faults of processes (进程故障): killed without warning (F1, F2, F4) or frozen for a while (F5)."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from http.client import OK
from time import monotonic

from ops.chaos.freezing import frozen
from ops.chaos.row import Ground, Report
from ops.chaos.trial import Trial
from ops.child import until
from ops.loopback import ask
from ops.stack import Stack

_KILLS = 9
NOTICE = 10.0
"""Seconds within which a service must say that something it needs does not answer."""


@dataclass(frozen=True)
class Kills:
    """kill -9 of one of ``victims``, again and again; the stack's keeper starts it anew."""

    name: str
    told: tuple[str, str]
    victims: tuple[str, ...]
    pause: float = 2.25
    """Seconds from one to the next, on average, when the machine keeps up."""
    kills: int = _KILLS
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Kill while the driver sends."""
        return await self.on(await ground.stack(), ground)

    async def on(self, stack: Stack, ground: Ground) -> Report:
        """The same on a stack of the caller's choice."""
        return await Trial(self.name, ground, stack, seconds=self.kills * self.pause).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        for number in range(self.kills):
            await trial.reached(number, self.kills)
            victim = trial.random.choice(self.victims)
            pid = await killed(trial, victim)
            trial.fault(f"kill -9 {victim}", f"kill -9 {victim}")
            await replaced(trial, victim, pid)


@dataclass(frozen=True)
class Freezes:
    """SIGSTOP for a while: nothing is closed, nothing answers. Services must say so, and go on afterwards."""

    name: str
    told: tuple[str, str]
    servers: tuple[str, ...] = ("nats", "postgres")
    services: tuple[str, ...] = ("approval", "supervision", "credit")
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Freeze each once, in an order the seed decides."""
        return await Trial(self.name, ground, await ground.stack(), seconds=40).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        victims = [*self.servers, *self.services]
        trial.random.shuffle(victims)
        for number, victim in enumerate(victims):
            await trial.reached(number, len(victims))
            longest = (11.0, 13.0) if victim in self.servers else (5.0, 7.0)
            seconds = trial.random.uniform(*longest)
            with frozen(trial.stack.pid_of(victim)):
                trial.fault(f"冻结 {victim} {seconds:.0f} 秒", f"{victim} is frozen for {seconds:.0f} s")
                concerned = trial.stack.urls if victim in self.servers else {victim: trial.stack.urls[victim]}
                thawed = asyncio.create_task(asyncio.sleep(seconds))
                await asyncio.gather(*(_must_notice(trial, name, victim) for name in concerned))
                await thawed


async def _must_notice(trial: Trial, service: str, victim: str) -> None:
    noticed = await unready(trial.stack.urls[service], NOTICE)
    if not noticed:
        trial.findings.append(f"{service} says it is ready {NOTICE:.0f} s after {victim} was frozen")


async def unready(url: str, patience: float) -> bool:
    """Whether a service stops saying that it is ready within ``patience`` seconds."""
    deadline = monotonic() + patience
    while monotonic() < deadline:
        status, _ = await ask(f"{url}/readyz", patience=3)
        if status != OK:
            return True
        await asyncio.sleep(0.2)
    return False


async def killed(trial: Trial, name: str) -> int:
    """Kill -9 a process, at once or as soon as there is one: a run that failed to start may just have ended."""
    while True:
        with suppress(ProcessLookupError):
            return trial.stack.kill(name)
        await asyncio.sleep(0.05)


async def replaced(trial: Trial, name: str, pid: int) -> None:
    """Wait until a killed process has a successor: what is not there cannot be killed again."""
    await until(lambda: trial.stack.pid_of(name) != pid, patience=60)
