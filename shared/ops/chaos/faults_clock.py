"""A wrong clock (时钟错误, F12): one service's wall clock is an hour ahead, another's an hour behind.

Only their wall clocks: timeouts go by the monotonic clock, order by object versions, and neither may notice.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel.clock import china_day
from ops.chaos.row import Ground, Report, own_ports, skipped
from ops.chaos.trial import Trial
from ops.chaos.wrong_clock import clock_missing, with_clock_off
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
        off = {name: seconds for name, seconds in ((ahead, _hour(1)), (behind, _hour(-1))) if seconds}
        commands = {
            name: with_clock_off(command, off[name]) if name in off else command
            for name, command in service_commands().items()
        }
        async with Stack.open(
            temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, commands=commands
        ) as stack:
            trial = Trial(self.name, ground, stack, seconds=_KILLS * sum(_PAUSE))
            for name, seconds in off.items():
                trial.fault(f"{name} 的时钟差 {seconds} 秒", f"the clock of {name} is {seconds:+d} s off")
            return await trial.run(_nemesis)


async def _nemesis(trial: Trial) -> None:
    for _ in range(_KILLS):
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
