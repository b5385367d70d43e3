"""Provisioner (供给): the only one who makes or changes streams and durables. Compare, create, update, report drift.

Services declare nothing: an auto-declared stream silently overwrites the shared one's limits.
"""

from dataclasses import asdict, dataclass
from typing import Any

import nats
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from chassis.nats_access import NatsAccess
from chassis.settings import StreamSettings, servers_of
from contracts.permissions import OPERATOR
from contracts.topology import STREAMS, durable_of, durables, filters_of

_DAY = 24 * 3600.0
ACK_WAIT = 10.0
"""Seconds before an unacknowledged delivery is repeated."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that was not as declared, and what was done about it (配置漂移)."""

    name: str
    action: str
    """``created``, ``updated``, ``recreated`` (it may have passed over messages) or ``kept`` (cannot be changed in place)."""
    fields: tuple[str, ...] = ()


async def provision(nats_url: str, *, replicas: int | None = None) -> list[Drift]:
    """Bring streams and durables to what contracts/topology.py declares, as the operator. Idempotent.

    ``replicas``: servers of a cluster each message is kept on; None: what ``SHENGUAN_NATS_REPLICAS`` says.
    Returns what was changed; an empty list means nothing had drifted.
    """
    copies = StreamSettings().nats_replicas if replicas is None else replicas
    access = NatsAccess.of(OPERATOR).options()
    connection = await nats.connect(
        servers_of(nats_url), connect_timeout=5, max_reconnect_attempts=3, error_cb=_unheard, **access
    )
    try:
        js = connection.jetstream(timeout=10)
        drifts = [await _stream(js, stream_config(name, subjects, copies)) for name, subjects in STREAMS.items()]
        drifts += [await _durable(js, service, stream) for service, stream in durables()]
    finally:
        await connection.close()
    return [drift for drift in drifts if drift is not None]


def stream_config(name: str, subjects: tuple[str, ...], replicas: int = 1) -> StreamConfig:
    """A stream as it should be: file storage, kept 30 days (INTAKE one day), nothing deleted by hand."""
    return StreamConfig(
        name=name,
        subjects=list(subjects),
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        num_replicas=replicas,
        max_age=_DAY if name == "INTAKE" else 30 * _DAY,
        max_msg_size=256 * 1024,
        duplicate_window=3600.0,
        deny_delete=True,
        deny_purge=True,
        allow_direct=False,
        allow_atomic=True,
        description="审管联动事件流",
    )


def durable_config(service: str, stream: str) -> ConsumerConfig:
    """A durable as it should be: never gives up by itself, the dead-letter table decides."""
    return ConsumerConfig(
        durable_name=durable_of(service, stream),
        filter_subjects=list(filters_of(service, stream)),
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        ack_wait=ACK_WAIT,
        max_deliver=-1,
        max_ack_pending=4096,
    )


async def _stream(js: JetStreamContext, wanted: StreamConfig) -> Drift | None:
    name = str(wanted.name)
    try:
        found = (await js.stream_info(name)).config
    except NotFoundError:
        await js.add_stream(wanted)
        return Drift(name, "created")
    fields = _differing(wanted, found)
    if not fields:
        return None
    await js.update_stream(wanted)
    return Drift(name, "updated", fields)


async def _durable(js: JetStreamContext, service: str, stream: str) -> Drift | None:
    wanted = durable_config(service, stream)
    name = durable_of(service, stream)
    try:
        found = (await js.consumer_info(stream, name)).config
    except NotFoundError:
        await js.add_consumer(stream, wanted)
        return Drift(name, "created")
    fields = _differing(wanted, found)
    if not fields:
        return None
    if "filter_subjects" in weaker(wanted, found):
        # Changed in place it would go on behind what it has passed over; anew it delivers everything, inboxes know the rest.
        await js.delete_consumer(stream, name)
        await js.add_consumer(stream, wanted)
        return Drift(name, "recreated", fields)
    await js.add_consumer(stream, wanted)
    return Drift(name, "updated", fields)


async def _unheard(_: Exception) -> None:
    """What fails is told by the call that fails."""


def weaker(wanted: StreamConfig | ConsumerConfig, found: StreamConfig | ConsumerConfig) -> tuple[str, ...]:
    """Names of the fields by which less is kept or delivered than was declared (弱于声明). More does no harm."""
    lesser: dict[str, bool] = {}
    if isinstance(wanted, StreamConfig) and isinstance(found, StreamConfig):
        lesser["subjects"] = not set(wanted.subjects or ()) <= set(found.subjects or ())
        lesser["retention"] = wanted.retention != found.retention
        for name in ("max_age", "duplicate_window", "max_msg_size"):
            there = getattr(found, name) or 0
            lesser[name] = 0 < there < getattr(wanted, name)
    elif isinstance(wanted, ConsumerConfig) and isinstance(found, ConsumerConfig):
        let_through = set(found.filter_subjects or ()) | ({found.filter_subject} if found.filter_subject else set())
        lesser["filter_subjects"] = bool(let_through) and not set(wanted.filter_subjects or ()) <= let_through
        lesser["ack_policy"] = wanted.ack_policy != found.ack_policy
        lesser["max_deliver"] = (found.max_deliver or -1) > 0
    return tuple(name for name, is_lesser in lesser.items() if is_lesser)


def _differing(wanted: StreamConfig | ConsumerConfig, found: StreamConfig | ConsumerConfig) -> tuple[str, ...]:
    """Names of the fields that were asked for and are not so."""
    asked = {name: value for name, value in asdict(wanted).items() if value is not None}
    there = asdict(found)
    return tuple(name for name, value in asked.items() if not _same(name, value, there.get(name)))


def _same(name: str, value: Any, there: Any) -> bool:
    if name == "filter_subjects" and there is None:
        return False
    return bool(value == there) or (not value and not there)
