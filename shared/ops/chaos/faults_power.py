"""The power goes (断电, F6): NATS and PostgreSQL stand on a disk that stops at one instant, every process dies.

Control: the same cut under a NATS that syncs when it likes must take messages it acknowledged, else the cut is none.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import nats
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StorageType, StreamConfig

from ops.chaos.cluster import Node
from ops.chaos.disk import Disk, disk_missing
from ops.chaos.row import Ground, Report, own_ports, skipped
from ops.chaos.trial import Trial
from ops.child import until
from ops.setting import Setting
from ops.stack import Stack
from ops.state_folder import StateFolder

_CUTS = 4
_PAUSE = (3.0, 6.0)
_SERVERS = ("nats", "postgres")
_MEGABYTES = 6144
_STREAM = "CONTROL"
_IN_FLIGHT = 32
_WRITING = 4.0
_PATIENCE = 60.0


@dataclass(frozen=True)
class PowerCuts:
    """Everything on one machine that loses its power again and again."""

    name: str = "F6"
    told: tuple[str, str] = (
        "断电：循环盘在一瞬间停住，全部进程死亡",
        "power cuts: a loop disk stops at one instant, every process dies",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """The control first, then cuts while the driver sends."""
        if missing := disk_missing():
            return skipped(self.name, missing)
        careless, careful = await lost_power(careful=False), await lost_power(careful=True)
        with Disk.made(_MEGABYTES) as disk:
            folder = StateFolder(disk.mount / "servers")
            setting = Setting(folders=dict.fromkeys(_SERVERS, folder))
            async with Stack.open(
                temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, setting=setting
            ) as stack:
                trial = Trial(self.name, ground, stack, seconds=_CUTS * (sum(_PAUSE) / 2 + 4))
                report = await trial.run(partial(_nemesis, disk))
        return _with_control(report, careless, careful)


@dataclass(frozen=True)
class Cut:
    """What one power cut took from one NATS server (断电对照)."""

    acknowledged: int
    lost: int


async def lost_power(*, careful: bool) -> Cut:
    """Publish to a single server on a disk of its own, cut the power, count what is there after its return."""
    with Disk.made(1024) as disk:
        node = Node("nats", StateFolder(disk.mount / "server"), careful=careful)
        try:
            await _up(node)
            acknowledged = await _published(node)
            disk.lose_power()
            await node.child.exited()
            await _up(node)
            present = await _present(node)
        finally:
            if node.started:
                await node.stop()
    return Cut(len(acknowledged), len(acknowledged - present))


async def _nemesis(disk: Disk, trial: Trial) -> None:
    stack = trial.stack
    for _ in range(_CUTS):
        await trial.pause(*_PAUSE)
        before = {name: stack.pid_of(name) for name in (*stack.urls, *_SERVERS)}
        for name in stack.urls:
            stack.kill(name)
        disk.lose_power()
        trial.fault("断电，全部进程死亡", "power cut, every process is dead")
        await until(lambda old=before: all(stack.pid_of(name) != pid for name, pid in old.items()), 60)  # type: ignore[misc]
        await stack.ready()


def _with_control(report: Report, careless: Cut, careful: Cut) -> Report:
    findings = list(report.findings)
    if not careless.lost:
        findings.append("the control lost nothing: this power cut proves nothing")
    if careful.lost:
        findings.append(f"NATS lost {careful.lost} of {careful.acknowledged} messages it had synced")
    measured = {
        "control_acknowledged": careless.acknowledged,
        "control_lost": careless.lost,
        "synced_acknowledged": careful.acknowledged,
        "synced_lost": careful.lost,
    }
    return replace(report, findings=tuple(findings), measured={**report.measured, **measured})


async def _up(node: Node) -> None:
    await node.start()
    async with asyncio.timeout(_PATIENCE):
        while True:
            if await node.serves():
                return
            await asyncio.sleep(0.05)


async def _published(node: Node) -> set[int]:
    """Publish for some seconds; the numbers that were acknowledged."""
    acknowledged: set[int] = set()
    connection = await nats.connect(node.url)
    js = connection.jetstream(timeout=5)
    await js.add_stream(StreamConfig(name=_STREAM, subjects=["control.>"], storage=StorageType.FILE))
    until_then = monotonic() + _WRITING
    await asyncio.gather(*(_publish(js, lane, until_then, acknowledged) for lane in range(_IN_FLIGHT)))
    await connection.close()
    return acknowledged


async def _publish(js: JetStreamContext, lane: int, until_then: float, acknowledged: set[int]) -> None:
    number = lane
    while monotonic() < until_then:
        await js.publish(f"control.{number}", b"x" * 200, stream=_STREAM)
        acknowledged.add(number)
        number += _IN_FLIGHT


async def _present(node: Node) -> set[int]:
    """The numbers in the stream; none when the stream itself is gone."""
    connection = await nats.connect(node.url)
    present: set[int] = set()
    # A stream that was never synced may not be known any more.
    with suppress(NatsError):
        js = connection.jetstream(timeout=5)
        left = (await js.stream_info(_STREAM)).state.messages
        subscription = await js.subscribe("control.>", stream=_STREAM, ordered_consumer=True)
        for _ in range(left):
            present.add(int((await subscription.next_msg(timeout=10)).subject.rpartition(".")[2]))
    await connection.close()
    return present
