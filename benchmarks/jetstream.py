"""Bare JetStream (裸 JetStream): atomic batches and continuous pull with nats-py alone, as floor and limits use them."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from uuid import uuid4

import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, StorageType, StreamConfig

LARGEST_BATCH = 1000
"""Messages in one atomic batch; the server's limit."""
FEW = 8
"""Messages up to which single ones are cheaper: measured, a batch costs the server 3 to 5 ms, a message 0.3 to 0.7 ms."""
BATCH = 256
"""Messages a consumer takes at once."""
_CREDIT = 2 * BATCH
_MINUTE = 60 * 10**9

Message = tuple[str, bytes, str]
"""Subject, body, id (``Nats-Msg-Id``)."""


class _Answer(msgspec.Struct):
    seq: int = 0
    count: int = 0
    error: dict[str, object] | None = None


async def connect(url: str) -> Client:
    """A connection for much traffic; the subjects are our own and need no check."""
    return await nats.connect(url, pending_size=2**26, skip_subject_validation=True)


async def publish(connection: Client, messages: Sequence[Message]) -> None:
    """Put messages on their stream, in order, each on disk when this returns. Raises RuntimeError when one is refused.

    A thousand at a time with one fsync; a few one by one, as a batch costs the server more than their fsyncs do.
    """
    for first in range(0, len(messages), LARGEST_BATCH):
        batch = messages[first : first + LARGEST_BATCH]
        if len(batch) > FEW:
            await _atomically(connection, batch)
        else:
            await asyncio.gather(*(_last(connection, message, {}) for message in batch))


async def _atomically(connection: Client, messages: Sequence[Message]) -> None:
    batch = uuid4().hex
    *leading, last = messages
    for number, (subject, body, event_id) in enumerate(leading, start=1):
        headers = {"Nats-Msg-Id": event_id, "Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(number)}
        await connection.publish(subject, body, headers=headers)
    commit = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(len(messages)), "Nats-Batch-Commit": "1"}
    await _last(connection, last, commit)


async def _last(connection: Client, message: Message, headers: Mapping[str, str]) -> None:
    """A message that is answered."""
    subject, body, event_id = message
    reply = await connection.request(subject, body, timeout=30, headers={"Nats-Msg-Id": event_id, **headers})
    answer = msgspec.json.decode(reply.data, type=_Answer)
    if answer.error is not None:
        raise RuntimeError(f"JetStream refused a message: {answer.error}")


class Pull:
    """Keeps credit open with one durable and hands over what is there, 256 messages at most."""

    def __init__(self, connection: Client, stream: str, durable: str) -> None:
        self._connection = connection
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._inbox = connection.new_inbox()
        self._arrived: deque[Msg] = deque()
        self._signal = asyncio.Event()
        self._credit = 0

    async def start(self) -> None:
        """Listen for what will be asked for."""
        await self._connection.subscribe(self._inbox, cb=self._arrive, pending_msgs_limit=-1, pending_bytes_limit=-1)

    async def next(self) -> list[Msg]:
        """Wait for messages."""
        while not self._arrived:
            await self._ask()
            self._signal.clear()
            await self._signal.wait()
        await self._ask()
        return [self._arrived.popleft() for _ in range(min(BATCH, len(self._arrived)))]

    async def acknowledge(self, messages: Sequence[Msg]) -> None:
        """Each message explicitly."""
        for message in messages:
            await self._connection.publish(message.reply, b"")

    async def _arrive(self, message: Msg) -> None:
        if message.headers and "Status" in message.headers:
            self._credit = 0  # the request ended: ask anew
        else:
            self._arrived.append(message)
            self._credit -= 1
        self._signal.set()

    async def _ask(self) -> None:
        if self._credit <= _CREDIT // 2:
            wanted = {"batch": _CREDIT - self._credit, "expires": _MINUTE}
            await self._connection.publish(self._subject, msgspec.json.encode(wanted), reply=self._inbox)
            self._credit = _CREDIT


@asynccontextmanager
async def streams(url: str, durables: Mapping[str, Mapping[str, Sequence[str]]]) -> AsyncIterator[str]:
    """Streams with durables, stream → durable → subjects it selects; answers the prefix of names and subjects.

    A stream keeps ``<prefix>.<stream>.>``, on disk as the product's do. All are gone afterwards.
    """
    prefix = f"bench-{uuid4().hex[:12]}"
    async with AsyncExitStack() as leaving:
        connection = await connect(url)
        leaving.push_async_callback(connection.close)
        js = connection.jetstream(timeout=30)
        for stream, consumers in durables.items():
            name = f"{prefix}-{stream}"
            config = StreamConfig(
                name=name,
                subjects=[f"{prefix}.{stream}.>"],
                storage=StorageType.FILE,
                duplicate_window=3600.0,
                allow_atomic=True,
            )
            await js.add_stream(config)
            leaving.push_async_callback(js.delete_stream, name)
            for durable, subjects in consumers.items():
                await js.add_consumer(
                    name,
                    ConsumerConfig(
                        durable_name=durable,
                        filter_subjects=[f"{prefix}.{stream}.{subject}" for subject in subjects],
                        ack_policy=AckPolicy.EXPLICIT,
                        ack_wait=30.0,
                        max_ack_pending=4096,
                    ),
                )
        yield prefix
