"""Slow consumers (消费缓慢, F11): every statement takes so long that a batch takes seconds, while a burst comes in.

What waits must wait in the stream and not in memory, and nothing may be delivered again for want of an answer.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from time import monotonic

import nats

from contracts.topology import durable_of, durables
from ops.chaos.proxy import Proxy
from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.child import resident
from ops.setting import Setting
from ops.stack import Stack

_DELAY = 0.02
"""Seconds each way: some fifty statements make a batch of supervision take two."""
_SLOW = 40.0
_LOOK = 0.5
_MOST_MIB = 400
_MOST_AGAIN = 0.001
"""Share of deliveries that may be repeated for want of an answer."""


@dataclass(frozen=True)
class SlowConsumers:
    """The whole story as one burst, with a slow database behind every service."""

    name: str = "F11"
    told: tuple[str, str] = ("消费缓慢时的突发", "a burst that meets slow consumers")
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Slow the line to PostgreSQL, let everything come at once, heal, wait."""
        async with Proxy.open(seed=f"{ground.seed}:{self.name}") as line:
            setting = Setting(lines={"postgres": line.before})
            async with Stack.open(
                temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, setting=setting
            ) as stack:
                return await Trial(self.name, ground, stack, seconds=1).run(partial(_nemesis, line))


async def _nemesis(line: Proxy, trial: Trial) -> None:
    line.slow(delay=_DELAY, loss=0.0)
    trial.fault("每条语句慢 40 毫秒", "every statement takes 40 ms longer")
    until, most = monotonic() + _SLOW, 0.0
    while monotonic() < until:
        most = max(most, *(resident(trial.stack.pid_of(name)) for name in trial.stack.urls))
        await asyncio.sleep(_LOOK)
    again, waiting = await _delivered_again(trial.stack.nats_url)
    line.heal()
    trial.measured |= {"most_mib": most, "delivered_again": again, "waiting": waiting}
    if most > _MOST_MIB:
        trial.findings.append(f"a service held {most:.0f} MiB while its consumer was slow")
    if again > _MOST_AGAIN * trial.events:
        trial.findings.append(f"{again} messages were delivered again for want of an answer")


async def _delivered_again(nats_url: str) -> tuple[int, int]:
    """Messages under way that came more than once, and messages that wait in the streams."""
    connection = await nats.connect(nats_url)
    try:
        stream = connection.jetstream()
        infos = [await stream.consumer_info(name, durable_of(service, name)) for service, name in durables()]
    finally:
        await connection.close()
    return sum(info.num_redelivered or 0 for info in infos), sum(info.num_pending or 0 for info in infos)
