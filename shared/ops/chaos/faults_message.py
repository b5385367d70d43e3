"""Faults of messages (消息故障): poison that no service can read (F13), duplicates and disorder (F15)."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

import asyncpg
from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js.errors import APIError

from chassis.dead_letters import letter_id
from chassis.publisher import LARGEST_BATCH, Outgoing, publish
from contracts import approval, credit, supervision, topology
from contracts.event import Event, cloud_type
from ops.chaos.furniture import REGION
from ops.chaos.row import Ground, Report
from ops.chaos.streams import connected
from ops.chaos.trial import Trial

_SPOKEN: tuple[type[Event], ...] = (approval.CaseDecided, supervision.InspectionConcluded, credit.GradeChanged)
"""Facts poison pretends to be; each is heard by two services."""
_TAKEN, _REFUSED, _HUGE = 200 * 1024, 300 * 1024, 10 * 2**20
"""Bytes: what the server takes, what the stream refuses, what the server refuses."""
_COPIES = 5


@dataclass(frozen=True)
class Poison:
    """One kind of poison (毒消息): its headers and its body, given the type it pretends to be of."""

    name: str
    headers: Callable[[str], Mapping[str, str]]
    body: bytes


def _whole(kind: str) -> dict[str, str]:
    return {"ce-id": str(uuid4()), "ce-type": kind, "content-type": "application/json"}


_POISONS = (
    Poison("malformed JSON", _whole, b'{"case_id": "1", "revision": '),
    Poison("not JSON at all", _whole, b"\x00\xff\xfe\x80"),
    Poison("empty", _whole, b""),
    Poison("wrong schema", _whole, b'{"case_id": 7, "version": "one", "inspection_no": []}'),
    Poison("deep nesting", _whole, b"[" * 100_000 + b"]" * 100_000),
    Poison("deep objects", _whole, b'{"object":' * 20_000 + b"1" + b"}" * 20_000),
    Poison("200 KiB", _whole, b'{"case_id":"' + b"x" * _TAKEN + b'"}'),
    Poison("unknown type", lambda kind: _whole(kind.replace(".v1", ".imagined.v1")), b"{}"),
    Poison("no headers", lambda _: {}, b"{}"),
    Poison("no id", lambda kind: {"ce-type": kind}, b"{}"),
    Poison("an id that is none", lambda kind: _whole(kind) | {"ce-id": "7"}, b"{}"),
    Poison("NUL in the source", lambda kind: _whole(kind) | {"ce-sourcesystem": "chaos%00"}, b"{}"),
    Poison("bytes that are no text in the source", lambda kind: _whole(kind) | {"ce-sourcesystem": "%ff%fe"}, b"{}"),
)


@dataclass(frozen=True)
class Poisoned:
    """Messages nobody can read among those everybody waits for: each becomes a dead letter, the others are not held up."""

    name: str
    told: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Every kind once, on a stream the seed decides; and what the server itself must refuse."""
        return await Trial(self.name, ground, await ground.stack(), seconds=14).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        poisons = list(_POISONS)
        trial.random.shuffle(poisons)
        async with connected(trial.stack.nats_url) as client:
            for poison in poisons:
                await trial.pause(0.5, 1.0)
                await _publish(trial, client, poison)
            for size in (_REFUSED, _HUGE):
                await _too_large(trial, client, size)


async def _publish(trial: Trial, client: Client, poison: Poison) -> None:
    event = trial.random.choice(_SPOKEN)
    stream = topology.stream_of(event.fact.split(".", 1)[0])
    subject = f"shenguan.{event.fact}.v1.{REGION}.0"
    headers = dict(poison.headers(cloud_type(event)))
    ack = await client.jetstream().publish(subject, poison.body, stream=stream, headers=headers or None)
    for service, heard in topology.LISTENS.items():
        if event in heard.get(stream, ()):
            letter = letter_id(topology.durable_of(service, stream), stream, ack.seq)
            trial.letters_expected.add(str(letter))
    trial.fault(f"毒消息 {poison.name} 进入 {stream}", f"poison on {stream}: {poison.name}")


async def _too_large(trial: Trial, client: Client, size: int) -> None:
    trial.fault(f"过大的消息 {size} 字节", f"a message of {size} bytes")
    try:
        await client.jetstream().publish(f"shenguan.{_SPOKEN[0].fact}.v1.{REGION}.0", b"x" * size)
    except (APIError, MaxPayloadError):
        return
    trial.findings.append(f"a message of {size} bytes was taken")


@dataclass(frozen=True)
class Replayed:
    """Every event again and again under new message ids, in any order, and some before the original."""

    name: str
    told: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Hold one in four back from the relays; publish copies of those and of the others, shuffled."""
        return await Trial(self.name, ground, await ground.stack(), seconds=16).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        remainder = trial.random.randrange(4)
        urls = trial.stack.superuser_urls
        for service, url in urls.items():
            await _execute(url, _HOLD.format(remainder=remainder))
            trial.fault(f"{service} 的四分之一事件被扣住", f"one in four events of {service} is held back")
        ends = monotonic() + trial.seconds
        copied: set[str] = set()
        try:
            async with connected(trial.stack.nats_url) as client:
                while monotonic() < ends:
                    await trial.pause(1.5, 2.5)
                    for service, url in urls.items():
                        await self._again(trial, client, service, url, copied)
        finally:
            for url in urls.values():
                await _execute(url, _RELEASE)

    async def _again(self, trial: Trial, client: Client, service: str, url: str, copied: set[str]) -> None:
        rows = [row for row in await _rows(url, trial.source) if str(row["event_id"]) not in copied]
        copied |= {str(row["event_id"]) for row in rows}
        copies = [_copy(row) for row in rows for _ in range(_COPIES)]
        trial.random.shuffle(copies)
        for start in range(0, len(copies), LARGEST_BATCH):
            await publish(client, topology.stream_of(service), copies[start : start + LARGEST_BATCH])
        if copies:
            trial.fault(
                f"{service} 的 {len(rows)} 个事件各重发 {_COPIES} 次", f"{len(rows)} events of {service} × {_COPIES}"
            )


_HOLD = """
CREATE OR REPLACE FUNCTION chaos_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.isolated := get_byte(uuid_send(NEW.event_id), 15) % 4 = {remainder}; RETURN NEW; END $$;
CREATE TRIGGER chaos_hold BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION chaos_hold()
"""
_RELEASE = """
DROP TRIGGER chaos_hold ON outbox; DROP FUNCTION chaos_hold; UPDATE outbox SET isolated = false
"""
_LOGGED = "SELECT event_id, subject, headers, payload FROM event_log WHERE source_system = $1"


def _copy(row: asyncpg.Record) -> Outgoing:
    headers = json.loads(row["headers"]) | {"Nats-Msg-Id": str(uuid4())}
    return Outgoing(row["event_id"], row["subject"], headers, row["payload"])


async def _rows(url: str, source: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(_LOGGED, source)
        return rows
    finally:
        await connection.close()


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
