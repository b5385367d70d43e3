"""Bits turn (数据损坏, F7): a block of a stream is damaged on disk; the server loses messages without a word.

The reconciler must notice, queue what is missing again from the event log, and be done within a minute.
"""

import asyncio
import os
from dataclasses import dataclass
from time import monotonic

import asyncpg

from contracts import topology
from ops.chaos.blocks import blocks_of, cut_off, flip_bit
from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.child import until
from ops.facts import read_streams
from ops.stack import Stack

_HEALED = 60.0
_PATIENCE = 120.0
_PAUSE = (4.0, 7.0)
_KINDS = ("flip", "cut", "flip")
_CUT = 0.25
_LOOK = 1.0


@dataclass(frozen=True)
class BlockDamage:
    """One bit, or the last quarter of a file, while NATS is down for a moment."""

    name: str = "F7"
    told: tuple[str, str] = (
        "流的数据块翻转一位、截去四分之一",
        "one bit of a stream's block flipped, a quarter of it cut off",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Damage while the driver sends."""
        async with Stack.open(temporary=True, environment=own_ports(), say=ground.say, usual_ports=False) as stack:
            trial = Trial(self.name, ground, stack, seconds=len(_KINDS) * 30.0)
            return await trial.run(_nemesis)


async def _nemesis(trial: Trial) -> None:
    taken = 0
    longest = 0.0
    for kind in _KINDS:
        await trial.pause(*_PAUSE)
        lost, seconds = await _damage(trial, kind)
        taken += lost
        longest = max(longest, seconds)
    trial.measured |= {"messages_taken": taken, "longest_heal_seconds": longest}
    if not taken:
        trial.findings.append("no damage took a message: the row proves nothing")
    if longest > _HEALED:
        trial.findings.append(f"a stream stayed incomplete for {longest:.1f} s")


async def _damage(trial: Trial, kind: str) -> tuple[int, float]:
    """Messages the server lost, and the seconds until they were back."""
    services = await _published(trial.stack.superuser_urls)
    service = trial.random.choice([name for name, ids in services.items() if ids])
    stream = topology.stream_of(service)
    pid = trial.stack.pid_of("nats")
    told = _damaged(trial, stream, kind)
    await until(lambda: trial.stack.pid_of("nats") != pid, _PATIENCE)
    await trial.stack.ready()
    back = monotonic()
    lost = left = len(await _missing(trial, stream, services[service]))
    trial.fault(f"损坏 {told}，丢失 {lost} 条", f"{kind} {told}, {lost} messages gone")
    while left and monotonic() - back < _PATIENCE:
        await asyncio.sleep(_LOOK)
        left = len(await _missing(trial, stream, services[service]))
    return lost, monotonic() - back


def _damaged(trial: Trial, stream: str, kind: str) -> str:
    """Kill NATS and damage the newest block before the event loop turns: the keeper starts it on what is left."""
    pid = trial.stack.kill("nats")
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    block = blocks_of(trial.stack.state.path / "nats" / "store", stream)[-1]
    if kind == "flip":
        return f"{stream} {block.name} +{flip_bit(block, trial.random)}"
    return f"{stream} {block.name} -{cut_off(block, _CUT)}"


async def _missing(trial: Trial, stream: str, published: set[str]) -> set[str]:
    contents = await read_streams(trial.stack.nats_url, lambda _: None)
    return published - contents[stream].ids if stream in contents else published


async def _published(urls: dict[str, str]) -> dict[str, set[str]]:
    """Service → ids of the events its relay has seen acknowledged."""
    found: dict[str, set[str]] = {}
    for service, url in urls.items():
        connection = await asyncpg.connect(url)
        try:
            rows = await connection.fetch("SELECT unnest(event_ids)::text AS id FROM published_range")
        finally:
            await connection.close()
        found[service] = {row["id"] for row in rows}
    return found
