"""One process of the floor (下限的进程): batches with bare asyncpg and nats-py, nothing decided, nothing checked.

A consumer takes up to 256 messages, writes inbox, rows, event log and outbox in one transaction on its one connection,
then acknowledges. A relay publishes the outbox as atomic batches. Started four times by `benchmarks/floor.py`.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks import floor_rows as rows
from benchmarks.chain import Case, Inspection
from benchmarks.floor_rows import Connection, Event
from benchmarks.jetstream import LARGEST_BATCH, Pull, connect, publish
from benchmarks.measuring import say, told

TRANSPORT = """
CREATE TABLE inbox (event_id uuid, consumer text, PRIMARY KEY (event_id, consumer));
CREATE TABLE event_log (
    event_id uuid PRIMARY KEY, logged_at timestamptz NOT NULL DEFAULT now(), type text NOT NULL, payload bytea NOT NULL);
CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL);
"""
_ADMIT = """
INSERT INTO inbox (event_id, consumer) SELECT id, $2 FROM unnest($1::uuid[]) AS id
ON CONFLICT DO NOTHING RETURNING event_id
"""
_APPEND = """
WITH said AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[]) WITH ORDINALITY AS t (event_id, type, payload, n)),
     logged AS (INSERT INTO event_log (event_id, type, payload) SELECT event_id, type, payload FROM said)
INSERT INTO outbox (event_id) SELECT event_id FROM said ORDER BY n
"""
_CLAIM = """
SELECT o.id, o.event_id, e.type, e.payload FROM (SELECT * FROM outbox ORDER BY id LIMIT $1) o
  JOIN event_log e USING (event_id) ORDER BY o.id
"""
_encode = msgspec.json.Encoder().encode

Take = Callable[[Connection, Sequence[Any]], Awaitable[list[Event]]]
"""Writes the rows of a batch and answers what is to be told."""


@dataclass(frozen=True)
class Listening:
    """What a service does with a stream: the events it selects, what it writes."""

    events: tuple[str, ...]
    take: Take
    body: type[Any] = Event


LISTENING: Mapping[str, Mapping[str, Listening]] = {
    "approval": {
        "intake": Listening(("approval",), rows.decided, Case),
        "supervision": Listening((rows.TASK, rows.CONCLUDED), rows.heard),
        "credit": Listening((rows.RECORD, rows.GRADE), rows.held_at_approval),
    },
    "supervision": {
        "approval": Listening((rows.DECIDED,), rows.matched),
        "intake": Listening(("supervision",), rows.inspected, Inspection),
        "credit": Listening((rows.GRADE,), rows.held_at_supervision),
    },
    "credit": {
        "approval": Listening((rows.DECIDED,), rows.heard),
        "supervision": Listening((rows.CONCLUDED,), rows.recorded),
    },
    "console": {
        "approval": Listening((rows.DECIDED,), rows.shown),
        "supervision": Listening((rows.TASK, rows.RISK, rows.CONCLUDED, rows.VISIT), rows.shown),
        "credit": Listening((rows.RECORD, rows.GRADE), rows.shown),
    },
}
"""Service → stream → what it does with it, as in the product."""


@dataclass
class Progress:
    """Counts what was applied; ``done`` when that is everything, ``ended`` says when each chain's grade was there."""

    expected: Mapping[str, int]
    at: float = 0.0
    applied: Counter[str] = field(default_factory=Counter)
    ended: dict[int, float] = field(default_factory=dict)
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def committed(self, durable: str, bodies: Sequence[Any]) -> None:
        """After each transaction."""
        self.applied[durable] += len(bodies)
        self.at = monotonic()
        self.ended |= {body.chain: self.at for body in bodies if isinstance(body, Event) and body.type == rows.GRADE}
        if self.applied == self.expected:
            self.done.set()


class Relay:
    """Empties one outbox into one stream."""

    def __init__(self, connection: Connection, broker: Client, subjects: str) -> None:
        self._connection, self._broker, self._subjects = connection, broker, subjects
        self._woken, self.idle = asyncio.Event(), asyncio.Event()
        self.idle.set()

    def wake(self) -> None:
        """Something was committed."""
        self.idle.clear()
        self._woken.set()

    async def run(self) -> None:
        """Publish, then forget; for ever."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while await self._drain_once():
                pass
            if not self._woken.is_set():
                self.idle.set()

    async def _drain_once(self) -> bool:
        """True when there may be more."""
        queued = await self._connection.fetch(_CLAIM, LARGEST_BATCH)
        messages = [(f"{self._subjects}.{row['type']}", row["payload"], str(row["event_id"])) for row in queued]
        await publish(self._broker, messages)
        await self._connection.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in queued])
        return len(queued) == LARGEST_BATCH


@dataclass
class Consumer:
    """One durable, one connection, one loop."""

    connection: Connection
    pull: Pull
    durable: str
    listening: Listening
    relay: Relay
    progress: Progress

    async def run(self) -> None:
        """Apply batches for ever."""
        decode = msgspec.json.Decoder(self.listening.body).decode
        await self.pull.start()
        while True:
            messages = await self.pull.next()
            received = {_id_of(message, body): body for message in messages for body in [decode(message.data)]}
            async with self.connection.transaction():
                admitted = await self.connection.fetch(_ADMIT, list(received), self.durable)
                fresh = [received[row["event_id"]] for row in admitted]
                events = await self.listening.take(self.connection, fresh) if fresh else []
                if events:
                    await self.connection.execute(_APPEND, *rows.columns((e.id, e.type, _encode(e)) for e in events))
            if events:
                self.relay.wake()
            self.progress.committed(self.durable, fresh)
            await self.pull.acknowledge(messages)


def _id_of(message: Msg, body: Any) -> UUID:
    """A bureau's fact has no id of its own; its place in the stream is one."""
    return body.id if isinstance(body, Event) else UUID(int=message.metadata.sequence.stream)


async def serve(service: str, settings: Mapping[str, Any]) -> None:
    """Run one service until ended; says ``ready``, and at the end when which chain was done."""
    broker = await connect(settings["nats"])
    prefix, listening = settings["prefix"], LISTENING[service]
    relay = Relay(await asyncpg.connect(settings["database"]), broker, f"{prefix}.{service}")
    durables = {stream: f"{service}-from-{stream}" for stream in listening}
    progress = Progress({durables[s]: len(listening[s].events) * settings["chains"] for s in listening})
    async with asyncio.TaskGroup() as running:
        running.create_task(relay.run())
        for stream, durable in durables.items():
            connection = await asyncpg.connect(settings["database"])
            pull = Pull(broker, f"{prefix}-{stream}", durable)
            running.create_task(Consumer(connection, pull, durable, listening[stream], relay, progress).run())
        say("ready")
        await progress.done.wait()
        await relay.idle.wait()
        say({"at": progress.at, "ended": progress.ended})


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1], told()))
