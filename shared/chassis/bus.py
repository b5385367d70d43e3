"""Bus (事件总线): the FastStream broker of a process, configured so that nothing is lost, declared or replied by itself.

FastStream's defaults lose events (one failed handler = never again) and rewrite shared streams: they are set here once.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.nats.security import NatsNKey, NatsSecurity
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError

from chassis import nats_headers
from chassis.consumer import BatchConsumer
from chassis.links import Source
from chassis.nats_access import NatsAccess
from chassis.nats_denials import Denials
from chassis.provision import durable_config, stream_config, weaker
from chassis.pull import BATCH, continuous
from chassis.settings import servers_of
from chassis.watchdog import give_up
from contracts.permissions import inbox_of
from contracts.topology import STREAMS, filters_of, stream_of

_log = structlog.get_logger(__name__)

Keep = Callable[[str, str], Coroutine[Any, Any, None]]

_PATIENCE = 60.0
"""Seconds a starting service waits for the server and for its durables."""
_NANO = 10**9


class Bus:
    """One process's connection to NATS."""

    def __init__(self, service: str, nats_url: str, access: NatsAccess) -> None:
        self._service = service
        self._closing = False
        self.denials = Denials()
        self._keep: Keep | None = None
        self._keeping: set[asyncio.Task[None]] = set()
        self.broker = NatsBroker(
            servers_of(nats_url),
            name=f"shenguan-{service}",
            security=_security(access),
            inbox_prefix=inbox_of(service),
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            ping_interval=5,
            max_outstanding_pings=2,
            closed_cb=self._closed,
            error_cb=self._error,
            graceful_timeout=15.0,
            ack_policy=AckPolicy.MANUAL,
            apply_types=False,
            logger=None,
        )

    async def connect(self) -> Client:
        """Connect, waiting a minute at most. Raises TimeoutError."""
        async with asyncio.timeout(_PATIENCE):
            client = await self.broker.connect()
        nats_headers.quicken(client)
        return client

    def subscribe(self, consumer: BatchConsumer[Any]) -> None:
        """Hand the messages of the consumer's durable to it, in batches."""
        subscriber = self.broker.subscriber(
            filters_of(self._service, consumer.stream)[0],
            stream=JStream(consumer.stream, declare=False),
            durable=consumer.durable,
            pull_sub=PullSub(batch_size=BATCH, batch=True),
            decoder=_raw,
            no_reply=True,
            title=consumer.durable,
            description="；".join(filters_of(self._service, consumer.stream)),
        )

        async def take(messages: Any) -> None:  # AsyncAPI describes the annotation; the raw messages have no schema
            await consumer.take(messages)

        continuous(subscriber, consumer.linger)(take)

    async def start(self, durables: Sequence[tuple[str, str]]) -> None:
        """Wait until the (stream, durable) pairs exist, then consume. Raises TimeoutError."""
        async with asyncio.timeout(_PATIENCE):
            while missing := await self.missing(durables):
                _log.warning("bus.waiting", missing=missing, hint="shenguan provision")
                await asyncio.sleep(0.5)
        await self.broker.start()

    async def missing(self, durables: Sequence[tuple[str, str]]) -> list[str]:
        """Of the own stream and these durables, what is not there, does not answer, or keeps or delivers too little."""
        own = stream_of(self._service)
        wanted = [(own, own), *durables]
        sound = await asyncio.gather(*(self._sound(stream, name) for stream, name in wanted))
        return [name for (_, name), is_sound in zip(wanted, sound, strict=True) if not is_sound]

    async def _sound(self, stream: str, name: str) -> bool:
        js = (await self.broker.connect()).jetstream(timeout=2)
        try:
            if stream == name:
                declared = stream_config(stream, STREAMS[stream])
                return not weaker(declared, (await js.stream_info(stream)).config)
            info = await js.consumer_info(stream, name)
            return not weaker(durable_config(self._service, stream), info.config)
        except (NatsError, JetStreamError, TimeoutError):
            return False

    async def state(self, stream: str, durable: str) -> tuple[int, int] | None:
        """(messages not delivered yet, deliveries not acknowledged yet), or None when there is no such durable."""
        connection = await self.broker.connect()
        try:
            info = await connection.jetstream(timeout=2).consumer_info(stream, durable)
        except (NatsError, JetStreamError, TimeoutError):
            return None
        return info.num_pending or 0, info.num_ack_pending or 0

    async def sources(self, stream: str) -> dict[str, Source]:
        """The sources of a gathered stream by JetStream domain; none when it does not answer.

        Asked as JSON: the client does not read where a source is (nats-py 2.16).
        """
        connection = await self.broker.connect()
        try:
            answer = await connection.request(f"$JS.API.STREAM.INFO.{stream}", timeout=2)
        except (NatsError, TimeoutError):
            return {}
        return {
            each["external"]["api"].split(".")[1]: Source(max(-1.0, each["active"] / _NANO), each.get("lag", 0))
            for each in json.loads(answer.data).get("sources") or []
        }

    async def stop(self) -> None:
        """Finish the batches at hand, acknowledge them, disconnect."""
        self._closing = True
        await self.broker.stop()

    async def _closed(self) -> None:
        if not self._closing:
            give_up("the NATS connection was closed for good")

    def on_denial(self, keep: Keep) -> None:
        """Have every fresh denial kept somewhere, as (act, subject)."""
        self._keep = keep

    async def _error(self, error: Exception) -> None:
        denial = self.denials.noted(error)
        if denial is None:
            _log.warning("nats.error", cause=repr(error))
        elif denial.fresh and self._keep is not None:
            # Beside the reading of the connection, which must not wait for the database.
            keeping = asyncio.create_task(self._keep(denial.act, denial.subject))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)


def _security(access: NatsAccess) -> NatsSecurity:
    context = access.tls()
    first = context is not None
    if access.seed_file is None:
        return NatsSecurity(ssl_context=context, tls_handshake_first=first)
    return NatsNKey.from_file(access.seed_file, ssl_context=context, tls_handshake_first=first)


async def _raw(message: NatsMessage) -> Any:
    """Messages as they came: decoding is the consumer's, so that what cannot be read becomes a dead letter."""
    return message.raw_message
