"""Doctor of NATS (消息服务体检): compares streams and durables with their declaration and changes nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import nats
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, StreamConfig
from nats.js.errors import NotFoundError

from chassis.durability import syncs_always
from chassis.nats_access import NatsAccess
from chassis.provision import Tier, weaker
from chassis.settings import StreamSettings, servers_of
from contracts.permissions import OPERATOR
from contracts.uplink import uplink_of
from ops.upkeep.finding import Finding, Level, Trouble

_LAG = 5_000
"""Messages a durable may be behind: about ten seconds of a busy day."""

_SILENCE = 60 * 10**9
"""Nanoseconds a link may say nothing: it says every second that there is nothing new."""

_NO_SYNC = Trouble(
    level=Level.BAD,
    zh="{about} 的 NATS 没有逐条落盘，断电会丢失已确认的事件",
    en="the NATS at {about} does not sync every message: acknowledged events could go with the power",
    remedy_zh="在 jetstream 配置中设 sync_interval: always 并重启 NATS",
    remedy_en="set sync_interval: always in its jetstream settings and restart NATS",
)
_MISSING = Trouble(
    level=Level.BAD,
    zh="{about} 不存在",
    en="{about} does not exist",
    remedy_zh="shenguan provision 补建；事件流缺失的内容由对账从事件日志补发",
    remedy_en="shenguan provision makes it; what a stream lost is published again from the event logs",
)
_WEAKER = Trouble(
    level=Level.BAD,
    zh="{about} 弱于声明：{fields}",
    en="{about} keeps or delivers less than declared: {fields}",
    remedy_zh="shenguan provision 改回声明的样子，并查是谁改的",
    remedy_en="shenguan provision brings it in line; find out who changed it",
)
_PAUSED = Trouble(
    level=Level.BAD,
    zh="{about} 被暂停，它的服务收不到事件",
    en="{about} is paused: its service receives no events",
    remedy_zh="用系统账户恢复：nats consumer resume，并查是谁暂停的",
    remedy_en="resume it: nats consumer resume; find out who paused it",
)
_BEHIND = Trouble(
    level=Level.WARN,
    zh="{about} 落后 {lag} 条",
    en="{about} is {lag} messages behind",
    remedy_zh="看该服务是否就绪、日志里的 event.failed；只是一时繁忙则会自己追上",
    remedy_en="see whether the service is ready, and event.failed in its log; after a rush it catches up by itself",
)


_UNREAD = Trouble(
    level=Level.WARN,
    zh="上级平台未读 {about} 的 {lag} 条",
    en="the level above has not read {lag} messages of {about}",
    remedy_zh="看链路与上级的 NATS；30 天内恢复则自己补齐，事件一条不少",
    remedy_en="look at the link and at the NATS above; within 30 days it catches up by itself and misses nothing",
)
_SILENT = Trouble(
    level=Level.WARN,
    zh="{about} 的第 {number} 个下级来源没有声音",
    en="source {number} of {about} is silent",
    remedy_zh="看链路、下级的 NATS 与密钥；恢复后自己补齐。下级重建过事件流的，再执行 shenguan provision",
    remedy_en="look at the link, the NATS below and the keys; it catches up by itself. If a stream below was made anew,"
    " run shenguan provision again",
)


async def synced(monitoring: str) -> Sequence[Finding]:
    """Whether each server fsyncs before it acknowledges. Raises ConnectionError: one cannot tell."""
    if not monitoring:
        raise ConnectionError("未设 SHENGUAN_NATS_MONITORING_URL / SHENGUAN_NATS_MONITORING_URL is not set")
    told = {each: await syncs_always(each) for each in servers_of(monitoring)}
    return [_NO_SYNC.told("nats-sync", each) for each, syncs in told.items() if not syncs]


async def declared(nats_url: str) -> Sequence[Finding]:
    """Whether every stream and durable is there, not weaker than declared, not paused, and not far behind."""
    tier = Tier.of(StreamSettings())
    async with _connected(nats_url) as js:
        findings = [each for wanted in tier.streams() for each in await _stream(js, wanted)]
        return findings + [each for stream, wanted in tier.durables() for each in await _durable(js, stream, wanted)]


@asynccontextmanager
async def _connected(nats_url: str) -> AsyncIterator[JetStreamContext]:
    connection = await nats.connect(
        servers_of(nats_url),
        connect_timeout=5,
        allow_reconnect=False,
        error_cb=_unheard,
        **NatsAccess.of(OPERATOR).options(),
    )
    try:
        yield connection.jetstream(timeout=10)
    finally:
        await connection.close()


async def _stream(js: JetStreamContext, wanted: StreamConfig) -> list[Finding]:
    name = str(wanted.name)
    try:
        info = await js.stream_info(name)
    except NotFoundError:
        return [_MISSING.told("nats-streams", name)]
    fields = weaker(wanted, info.config)
    findings = [_WEAKER.told("nats-streams", name, fields=", ".join(fields))] if fields else []
    for number, source in enumerate(info.sources or [], start=1):
        silence = -1 if source.active is None else source.active
        if silence < 0 or silence > _SILENCE:
            findings.append(_SILENT.told("nats-links", name, number=number))
    return findings


async def _durable(js: JetStreamContext, stream: str, wanted: ConsumerConfig) -> list[Finding]:
    name = str(wanted.durable_name)
    try:
        info = await js.consumer_info(stream, name)
    except NotFoundError:
        return [_MISSING.told("nats-streams", name)]
    findings = []
    if fields := weaker(wanted, info.config):
        findings.append(_WEAKER.told("nats-streams", name, fields=", ".join(fields)))
    if info.paused:
        findings.append(_PAUSED.told("nats-streams", name))
    lag = (info.num_pending or 0) + (info.num_ack_pending or 0)
    if lag > _LAG:
        trouble = _UNREAD if name == uplink_of(stream) else _BEHIND
        findings.append(trouble.told("nats-streams", name, lag=lag))
    return findings


async def _unheard(_: Exception) -> None:
    """What fails is told by the call that fails."""
