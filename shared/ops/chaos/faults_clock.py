"""A wrong clock (时钟错误, F12): one service's wall clock is an hour ahead, another's an hour behind, and both jump.

Only their wall clocks: timeouts go by the monotonic clock, order by object versions, and neither may notice.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from kernel.clock import china_day
from kernel.role import Role
from ops.chaos.row import Ground, Report, own_ports, skipped
from ops.chaos.trial import Trial
from ops.chaos.wrong_clock import WrongClock, clock_missing
from ops.issuer import BUSINESS, Issuer, signed_in
from ops.services import service_commands
from ops.stack import Stack

_HOUR = timedelta(hours=1)
_KILLS = 4
_PAUSE = (3.0, 5.0)


@dataclass(frozen=True)
class WrongClocks:
    """Two services with the clock of another hour, now and then killed, so that they start in it as well."""

    name: str = "F12"
    told: tuple[str, str] = (
        "一个服务的时钟快一小时，另一个慢一小时",
        "one service's clock an hour ahead, another's an hour behind",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Choose the two by the seed and run with them."""
        if missing := clock_missing():
            return skipped(self.name, missing)
        ahead, behind = ground.random(self.name).sample(sorted(service_commands()), 2)
        with TemporaryDirectory() as folder:
            clocks = {name: WrongClock(Path(folder) / name) for name in (ahead, behind)}
            clocks[ahead].off_by(_hour(1))
            clocks[behind].off_by(_hour(-1))
            commands = {
                name: clocks[name].of(command) if name in clocks else command
                for name, command in service_commands().items()
            }
            async with Stack.open(
                temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, commands=commands
            ) as stack:
                trial = Trial(self.name, ground, stack, seconds=_KILLS * sum(_PAUSE))
                trial.headers = _valid_on_every_clock(stack)
                trial.fault(f"{ahead} 快一小时，{behind} 慢一小时", f"{ahead} is an hour ahead, {behind} behind")
                if _hour(-1):
                    await _refuses_what_is_not_issued_yet(trial, behind)
                return await trial.run(partial(_nemesis, clocks))


def _valid_on_every_clock(stack: Stack) -> dict[str, str]:
    """A token issued before the slowest clock and valid beyond the fastest: the others are rightly refused."""
    roles = (*BUSINESS, Role.SYSTEM_ADMIN)
    return signed_in(Issuer(stack.state).token("chaos", kind="SYSTEM", roles=roles, hours=3, ago_hours=2))


async def _refuses_what_is_not_issued_yet(trial: Trial, behind: str) -> None:
    """By the clock of a service that is behind, a token of now comes from the future."""
    async with httpx.AsyncClient(headers=trial.stack.headers(), timeout=20, trust_env=False) as http:
        status = (await http.get(f"{trial.stack.urls[behind]}/ops/v1/status")).status_code
    if status != httpx.codes.UNAUTHORIZED:
        trial.findings.append(f"{behind} took a token from the future: {status}")


async def _nemesis(clocks: dict[str, WrongClock], trial: Trial) -> None:
    stands: dict[str, int] = {}
    for _ in range(_KILLS):
        await trial.pause(*_PAUSE)
        jumping = trial.random.choice(sorted(clocks))
        others = {_hour(-1), 0, _hour(1)} - {stands.get(jumping)}
        seconds = stands[jumping] = trial.random.choice(sorted(others))
        clocks[jumping].off_by(seconds)
        trial.fault(f"{jumping} 的时钟跳到差 {seconds} 秒", f"the clock of {jumping} jumps to {seconds:+d} s")
        await trial.pause(*_PAUSE)
        victim = trial.random.choice(sorted(trial.stack.urls))
        trial.stack.kill(victim)
        trial.fault(f"kill -9 {victim}", f"kill -9 {victim}")
        await asyncio.sleep(1)
        await trial.stack.ready()


def _hour(sign: int) -> int:
    """An hour in seconds; 0 when it would be another day in China: then decisions of today are rightly refused."""
    now = datetime.now(UTC)
    margin = timedelta(minutes=10)
    same = china_day(now + sign * _HOUR - margin) == china_day(now + sign * _HOUR + margin) == china_day(now)
    return sign * int(_HOUR.total_seconds()) if same else 0
