"""Provisioner (供给): the only one who makes or changes streams and durables. Compare, create, update, report drift.

Services declare nothing: an auto-declared stream silently overwrites the shared one's limits.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import nats
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    ExternalStream,
    RetentionPolicy,
    StorageType,
    StreamConfig,
    StreamConsumerSource,
    StreamSource,
)
from nats.js.errors import NotFoundError

from chassis.gathering import origins, outdated
from chassis.nats_access import NatsAccess
from chassis.settings import StreamSettings, servers_of
from contracts.permissions import OPERATOR
from contracts.topology import LISTENS, STREAMS, durable_of, durables, filters_of, stream_of
from contracts.uplink import GATHERER, delivered_to, domain_of, offered, uplink_of, uplinked

_DAY = 24 * 3600.0
ACK_WAIT = 10.0
"""Seconds before an unacknowledged delivery is repeated."""
LARGEST = 256 * 1024
"""Bytes of a message, headers included."""
_SOURCED = 1024
"""Bytes more a gathered message may have: the server adds where it is from."""
_HEARTBEAT = 1.0
"""Seconds after which the level above hears that there is nothing new."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that was not as declared, and what was done about it (配置漂移)."""

    name: str
    action: str
    """``created``, ``updated``, ``recreated`` (it may have passed over messages) or ``kept`` (cannot be changed in place)."""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tier:
    """Where a NATS stands (层级): things happen there, or it gathers what happened in regions below; a middle level is both.

    ``domain``: its own JetStream domain, where a level above reads from it. ``regions``: whose streams it gathers; the
    console alone then listens, on the streams it knows.
    """

    domain: str = ""
    regions: tuple[str, ...] = ()

    @classmethod
    def of(cls, settings: StreamSettings) -> Self:
        """The tier of the environment."""
        return cls(settings.nats_domain, settings.regions)

    def streams(self, copies: int = 1) -> list[StreamConfig]:
        """Every stream as it should be."""
        if not self.regions:
            return [stream_config(name, subjects, copies) for name, subjects in STREAMS.items()]
        own = stream_of(GATHERER)
        gathered = [self._gathered(name, copies) for name in uplinked()]
        return [*gathered, stream_config(own, STREAMS[own], copies)]

    def durables(self) -> list[tuple[str, ConsumerConfig]]:
        """Every durable as it should be, with its stream."""
        listening = [(GATHERER, stream) for stream in LISTENS[GATHERER]] if self.regions else durables()
        own = [(stream, durable_config(service, stream)) for service, stream in listening]
        return own + [(stream, self._feeding(stream)) for stream in uplinked() if self.domain]

    def _gathered(self, name: str, copies: int) -> StreamConfig:
        sources = [
            StreamSource(
                name=name,
                external=ExternalStream(api=f"$JS.{domain_of(region)}.API", deliver=""),
                consumer=StreamConsumerSource(
                    name=uplink_of(name), deliver_subject=delivered_to(domain_of(region), name)
                ),
            )
            for region in self.regions
        ]
        usual = stream_config(name, (), copies)
        return replace(usual, subjects=None, sources=sources, max_msg_size=LARGEST + _SOURCED)

    def _feeding(self, stream: str) -> ConsumerConfig:
        """Made here, so that whoever is above can start it anew and change nothing of it."""
        return ConsumerConfig(
            durable_name=uplink_of(stream),
            filter_subjects=list(offered(stream)),
            deliver_subject=delivered_to(self.domain, stream),
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.FLOW_CONTROL,
            flow_control=True,
            idle_heartbeat=_HEARTBEAT,
            max_ack_pending=4096,
        )


async def provision(
    nats_url: str, *, replicas: int | None = None, tier: Tier | None = None, afresh: bool = False
) -> list[Drift]:
    """Bring streams and durables to what contracts/topology.py declares, as the operator. Idempotent.

    ``replicas``: servers of a cluster each message is kept on; None: what ``SHENGUAN_NATS_REPLICAS`` says.
    ``tier``: None: what ``SHENGUAN_NATS_DOMAIN`` and ``SHENGUAN_NATS_SOURCES`` say. ``afresh``: gathered streams and
    the durables that feed a level above are made anew: everything that is still kept is read again, and inboxes know
    what they had.
    Returns what was changed; an empty list means nothing had drifted.
    """
    settings = StreamSettings()
    copies = settings.nats_replicas if replicas is None else replicas
    here = Tier.of(settings) if tier is None else tier
    access = NatsAccess.of(OPERATOR).options()
    connection = await nats.connect(
        servers_of(nats_url), connect_timeout=5, max_reconnect_attempts=3, error_cb=_unheard, **access
    )
    try:
        js = connection.jetstream(timeout=10)
        drifts = []
        for wanted in here.streams(copies):
            if wanted.sources:
                drifts.append(
                    await _gathered(js, wanted, await origins(connection, str(wanted.name), here.regions), afresh)
                )
            else:
                drifts.append(await _stream(js, wanted))
        for stream, feeding in here.durables():
            if afresh and feeding.deliver_subject:
                with suppress(NotFoundError):
                    await js.delete_consumer(stream, str(feeding.durable_name))
            drifts.append(await _durable(js, stream, feeding))
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
        max_msg_size=LARGEST,
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


async def _gathered(js: JetStreamContext, wanted: StreamConfig, now: dict[str, str], afresh: bool) -> Drift | None:  # noqa: FBT001 - the caller's word
    """A stream that is read from below: one that differs, or was read from durables that are gone, is made anew.

    It then reads everything again. Changed in place it can lose what just flows (tried).
    """
    name = str(wanted.name)
    fields: tuple[str, ...] = ()
    try:
        found = (await js.stream_info(name)).config
    except NotFoundError:
        action = "created"
    else:
        fields = _differing(wanted, found)
        if not (afresh or fields or outdated(found.metadata or {}, now)):
            return None
        await js.delete_stream(name)
        action = "recreated"
    await js.add_stream(replace(wanted, metadata=now))
    return Drift(name, action, fields)


async def _durable(js: JetStreamContext, stream: str, wanted: ConsumerConfig) -> Drift | None:
    name = str(wanted.durable_name)
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
