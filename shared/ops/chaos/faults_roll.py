"""Rolling restart (滚动重启, F21): each service is replaced by a second process beside it, under load, by SIGTERM.

Who asks may repeat a request once, at the other of the two: then nothing may fail. Meanwhile two relays and two
consumers of a service work side by side.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.child import until
from ops.stack import Stack

_ROUNDS = 2
_BEAT = 0.05
_TIMEOUT = 20.0
_OK = 200
_PATIENCE = 120.0


@dataclass(frozen=True)
class RollingRestarts:
    """Twice around all services."""

    name: str = "F21"
    told: tuple[str, str] = (
        "带负载滚动重启（SIGTERM），新旧两个进程并行",
        "rolling restarts under load (SIGTERM), the old and the new process side by side",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Replace each service while the driver sends and a caller asks."""
        async with Stack.open(temporary=True, environment=own_ports(), say=ground.say, usual_ports=False) as stack:
            trial = Trial(self.name, ground, stack, seconds=60)
            return await trial.run(_nemesis)


@dataclass
class Caller:
    """Asks a service all the time and repeats once what fails."""

    urls: list[str]
    """Where the service is, the one to ask first in front."""
    headers: Mapping[str, str]
    asked: int = 0
    repeated: int = 0
    failed: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def calling(self) -> AsyncIterator[None]:
        """Ask until the end of the block."""
        calls = asyncio.create_task(self._call())
        try:
            yield
        finally:
            calls.cancel()
            with suppress(asyncio.CancelledError):
                await calls

    async def _call(self) -> None:
        async with httpx.AsyncClient(headers=self.headers, timeout=_TIMEOUT, trust_env=False) as http:
            while True:
                self.asked += 1
                urls = [self.urls[0], self.urls[-1]]
                if await _answer(http, urls[0]):
                    self.repeated += 1
                    if reason := await _answer(http, urls[1]):
                        self.failed.append(reason)
                await asyncio.sleep(_BEAT)


async def _nemesis(trial: Trial) -> None:
    stack = trial.stack
    callers = {name: Caller([url], stack.headers()) for name, url in stack.urls.items()}
    for _ in range(_ROUNDS):
        for name, caller in callers.items():
            async with caller.calling():
                await _rolled(trial, name, caller)
    failed = [reason for caller in callers.values() for reason in caller.failed]
    trial.measured |= {
        "asked": sum(caller.asked for caller in callers.values()),
        "asked_again": sum(caller.repeated for caller in callers.values()),
        "failed_after_one_repetition": len(failed),
    }
    trial.findings += failed[:3]


async def _rolled(trial: Trial, name: str, caller: Caller) -> None:
    stack = trial.stack
    first = stack.urls[name]
    async with stack.beside(name) as second:
        caller.urls = [first, second.url]
        await trial.pause(1, 2)
        before = stack.pid_of(name)
        stack.ask_to_end(name)
        trial.fault(f"SIGTERM {name}，另一进程接手", f"SIGTERM {name}, another process takes over")
        await until(lambda: stack.pid_of(name) != before, _PATIENCE)
        await stack.ready()
        caller.urls = [second.url, first]
        await trial.pause(1, 2)
    caller.urls = [first]


async def _answer(http: httpx.AsyncClient, url: str) -> str:
    """Empty when the service answered, else what happened."""
    try:
        answer = await http.get(f"{url}/ops/v1/clock")
    except httpx.TransportError as error:
        return repr(error)
    return "" if answer.status_code == _OK else f"HTTP {answer.status_code}"
