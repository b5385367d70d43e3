"""Streams (事件流) as the operator reads them: where they stand, and what they hold of one source."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote

import nats
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis.settings import servers_of
from contracts import topology

_MESSAGE_TIMEOUT = 10.0


@dataclass(frozen=True)
class Place:
    """Where a stream stands (位置): when it was made and its last sequence."""

    created: str
    last: int


@dataclass
class StreamSeen:
    """Event id → the body, of each message of a source; an id that came twice keeps its first."""

    bodies: dict[str, bytes] = field(default_factory=dict)


@asynccontextmanager
async def connected(nats_url: str) -> AsyncIterator[Client]:
    """The operator's connection. Raises what nats-py raises when nobody answers."""

    async def unheard(_: Exception) -> None:
        """Told by the call that fails."""

    client = await nats.connect(servers_of(nats_url), allow_reconnect=False, connect_timeout=5, error_cb=unheard)
    try:
        yield client
    finally:
        await client.close()


async def places(nats_url: str) -> dict[str, Place]:
    """Where every stream of a service stands."""
    found: dict[str, Place] = {}
    async with connected(nats_url) as client:
        for service in topology.LISTENS:
            info = await client.jetstream().stream_info(topology.stream_of(service))
            found[topology.stream_of(service)] = Place(str(info.created), info.state.last_seq)
    return found


async def read(nats_url: str, source: str, since: Mapping[str, Place]) -> dict[str, StreamSeen]:
    """What every stream holds of ``source``: from where it stood on, all of it when it was made anew meanwhile."""
    now = await places(nats_url)
    found: dict[str, StreamSeen] = {}
    async with connected(nats_url) as client:
        for stream, place in now.items():
            before = since.get(stream)
            start = before.last + 1 if before and before.created == place.created else 1
            found[stream] = await _content(client, stream, source, start, place.last)
    return found


async def _content(client: Client, stream: str, source: str, start: int, last: int) -> StreamSeen:
    seen = StreamSeen()
    if start > last:
        return seen
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=max(1, start))
    try:
        subscription = await client.jetstream().subscribe(
            ">", stream=stream, ordered_consumer=True, config=config, pending_msgs_limit=-1, pending_bytes_limit=-1
        )
    except NotFoundError:
        return seen
    while True:
        message = await subscription.next_msg(timeout=_MESSAGE_TIMEOUT)
        headers = message.headers or {}
        if unquote(headers.get("ce-sourcesystem", "")) == source:
            seen.bodies.setdefault(headers.get("ce-id", ""), message.data)
        if message.metadata.num_pending == 0:
            break
    await subscription.unsubscribe()
    return seen
