"""Publisher (发布): puts logged events on a stream, many as one atomic batch when the server takes it, else singly.

With ``sync_interval: always`` an atomic batch costs one fsync. One id the stream already has rejects the whole batch
(error 10201), so a relay that repeats itself after a crash falls back to single publishes, where duplicates are harmless.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
import structlog
from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js.errors import APIError
from uuid_utils.compat import uuid7

_log = structlog.get_logger(__name__)

LARGEST_BATCH = 1000
"""Messages in one atomic batch; the server's limit."""
_TIMEOUT = 5.0
_AT_ONCE = 64
_SMALL = 8
"""Up to so many events go singly: an atomic batch costs the server some 4 ms whatever it holds (docs/performance.md)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One event as it goes out."""

    event_id: UUID
    subject: str
    headers: Mapping[str, str]
    payload: bytes


@dataclass(slots=True)
class Published:
    """What became of a batch: the stream sequences that carry which events, and what the server refused."""

    ranges: list[tuple[int, int, list[UUID]]] = field(default_factory=list)
    refused: dict[UUID, str] = field(default_factory=dict)


class _BatchAnswer(msgspec.Struct):
    seq: int = 0
    count: int = 0
    error: dict[str, object] | None = None


class _Block(str):
    """Headers as they go out, in the place of the first one's value (报文头块).

    The client would look at every name and at every character of every value: 17 microseconds an event, 4 this way.
    """

    __slots__ = ()

    def strip(self, _chars: str | None = None, /) -> "_Block":
        """Itself: it begins and ends with what was sealed."""
        return self

    def translate(self, _table: Any, /) -> "_Block":
        """Itself: its line breaks are those between headers, ``_block`` counted them."""
        return self


async def publish(connection: Client, stream: str, events: Sequence[Outgoing]) -> Published:
    """Publish events in order.

    Raises:
        nats.errors.Error, TimeoutError: the server did not answer; nothing is known, publish the same events again.
    """
    if len(events) > _SMALL:
        answer = await _atomically(connection, events)
        if answer.error is None and answer.count == len(events):
            first = answer.seq - answer.count + 1
            return Published(ranges=[(first, answer.seq, [e.event_id for e in events])])
        _log.info("publish.singly", size=len(events), said=answer.error)
    return await _singly(connection, stream, events)


async def _atomically(connection: Client, events: Sequence[Outgoing]) -> _BatchAnswer:
    batch = uuid7().hex
    *leading, last = enumerate(events, start=1)
    try:
        for n, event in leading:
            await connection.publish(event.subject, event.payload, headers=_block(_batched(event, batch, n)))
        n, event = last
        headers = _block(_batched(event, batch, n) | {"Nats-Batch-Commit": "1"})
        reply = await connection.request(event.subject, event.payload, timeout=_TIMEOUT, headers=headers)
    except MaxPayloadError:
        return _BatchAnswer(error={"description": "one message is larger than the server takes"})
    return msgspec.json.decode(reply.data, type=_BatchAnswer)


def _batched(event: Outgoing, batch: str, n: int) -> dict[str, str]:
    return {**event.headers, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(n)}


def _block(headers: Mapping[str, str]) -> dict[str, str]:
    """The same headers as one; as they are when one of them holds a line break, which the client then takes out."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    block = "\r\n".join(lines)
    if not lines or block.count("\n") >= len(lines) or block.count("\r") >= len(lines):
        return dict(headers)
    first = next(iter(headers))
    return {first: _Block(block[len(first) + 2 :])}


async def _singly(connection: Client, stream: str, events: Sequence[Outgoing]) -> Published:
    published = Published()
    taken: list[tuple[int, int, list[UUID]]] = []
    js = connection.jetstream(timeout=_TIMEOUT)
    at_once = asyncio.Semaphore(_AT_ONCE)

    async def one(event: Outgoing) -> None:
        async with at_once:
            try:
                ack = await js.publish(event.subject, event.payload, stream=stream, headers=_block(event.headers))
            except (APIError, MaxPayloadError) as refusal:
                if isinstance(refusal, APIError) and refusal.code == 503:  # noqa: PLR2004 - the server is not ready: not the row's fault
                    raise
                published.refused[event.event_id] = str(refusal)[:300]
            else:
                taken.append((ack.seq, ack.seq, [event.event_id]))

    await asyncio.gather(*(one(event) for event in events))
    published.ranges = joined(sorted(taken))
    return published


def joined(ranges: Sequence[tuple[int, int, list[UUID]]]) -> list[tuple[int, int, list[UUID]]]:
    """Ranges that follow one another are one; two events the stream has under one number stand apart."""
    line: list[tuple[int, int, list[UUID]]] = []
    for first, last, ids in ranges:
        if line and line[-1][1] + 1 == first:
            before = line.pop()
            line.append((before[0], last, [*before[2], *ids]))
        else:
            line.append((first, last, ids))
    return line
