"""Faults of content (内容故障): poison no service can read, forged events, and what is too large (F13)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import msgspec
from nats.aio.client import Client
from nats.errors import MaxPayloadError
from nats.js.errors import APIError

from chassis.ids import delivery_id
from chassis.signing.events import HEADER
from contracts import approval, credit, supervision, topology
from contracts.event import Event, cloud_type
from ops.chaos.furniture import REGION
from ops.chaos.row import Ground, Report
from ops.chaos.streams import connected
from ops.chaos.trial import Trial

_SPOKEN: tuple[type[Event], ...] = (approval.CaseDecided, supervision.InspectionConcluded, credit.GradeChanged)
"""Facts poison pretends to be; each is heard by three services."""
_TAKEN, _REFUSED, _HUGE = 200 * 1024, 300 * 1024, 10 * 2**20
"""Bytes: what the server takes, what the stream refuses, what the server refuses."""


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
class Genuine:
    """An event as a service said and signed it (真事件)."""

    subject: str
    headers: Mapping[str, str]
    payload: bytes

    def altered(self, headers: Mapping[str, str], *, subject: str = "", payload: bytes = b"") -> "Genuine":
        """The same but for what is given; a header given as empty is taken away."""
        kept = {name: value for name, value in {**self.headers, **headers}.items() if value}
        return Genuine(subject or self.subject, kept, payload or self.payload)


_FORGERIES: Mapping[str, Callable[[Genuine], Genuine]] = {
    # With an id and a source of its own: an unsigned copy of what was applied before is let go without effect (decision 0032).
    "unsigned": lambda event: event.altered({HEADER: "", "ce-id": str(uuid4()), "ce-sourcesystem": "chaos"}),
    "another body": lambda event: event.altered({}, payload=event.payload + b" "),
    "another time": lambda event: event.altered({"ce-time": "2020-01-01T00:00:00+00:00"}),
    "another subject": lambda event: event.altered({}, subject=event.subject.rsplit(".", 1)[0] + ".99"),
    "another type": lambda event: event.altered({"ce-type": cloud_type(approval.CaseCorrected)}),
}
"""伪造: an event somebody said, put out again by somebody else with one thing changed. All but the first keep the event's id."""


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
        poisons: list[Poison | str] = [*_POISONS, *_FORGERIES]
        trial.random.shuffle(poisons)
        async with connected(trial.stack.nats_url) as client:
            for number, poison in enumerate(poisons):
                await trial.reached(number, len(poisons))
                if isinstance(poison, Poison):
                    await _publish(trial, client, poison)
                else:
                    await _forge(trial, client, poison)
            for size in (_REFUSED, _HUGE):
                await _too_large(trial, client, size)


async def _publish(trial: Trial, client: Client, poison: Poison) -> None:
    event = trial.random.choice(_SPOKEN)
    message = Genuine(f"shenguan.{event.fact}.v1.{REGION}.0", poison.headers(cloud_type(event)), poison.body)
    await _must_be_parked(trial, client, event, message, poison.name)


async def _forge(trial: Trial, client: Client, name: str) -> None:
    """Of a decision, which each row has many of."""
    forged = _FORGERIES[name](await _a_decision(trial))
    await _must_be_parked(trial, client, approval.CaseDecided, forged, f"forged: {name}")


async def _must_be_parked(trial: Trial, client: Client, event: type[Event], message: Genuine, name: str) -> None:
    """Publish; every service that hears the fact must make it a dead letter, whose id is known beforehand."""
    stream = topology.stream_of(event.fact.split(".", 1)[0])
    headers = {**message.headers, "Nats-Msg-Id": str(uuid4())} if message.headers else None
    ack = await client.jetstream().publish(message.subject, message.payload, stream=stream, headers=headers)
    stored_at = await _stored_at(client, stream, ack.seq)
    for service, heard in topology.LISTENS.items():
        if event in heard.get(stream, ()):
            letter = delivery_id(topology.durable_of(service, stream), stream, ack.seq, stored_at)
            trial.letters_expected.add(str(letter))
    trial.fault(f"毒消息 {name} 进入 {stream}", f"poison on {stream}: {name}")


async def _stored_at(client: Client, stream: str, sequence: int) -> datetime:
    """When the stream took a message in, rounded as nats-py rounds it for who receives the message."""
    answer = await client.request(f"$JS.API.STREAM.MSG.GET.{stream}", msgspec.json.encode({"seq": sequence}))
    said: str = msgspec.json.decode(answer.data)["message"]["time"]
    second, _, fraction = said.removesuffix("Z").partition(".")
    nanoseconds = int(datetime.fromisoformat(second + "+00:00").timestamp()) * 10**9 + int(fraction.ljust(9, "0"))
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)


async def _a_decision(trial: Trial) -> Genuine:
    """A decision of this row that was logged, when there is one."""
    connection = await asyncpg.connect(trial.stack.superuser_urls["approval"])
    try:
        while True:
            rows = await connection.fetch(_LOGGED, trial.source, cloud_type(approval.CaseDecided))
            if rows:
                row = trial.random.choice(rows)
                return Genuine(row["subject"], msgspec.json.decode(row["headers"]), row["payload"])
            await trial.pause(0.1, 0.2)
    finally:
        await connection.close()


_LOGGED = "SELECT subject, headers, payload FROM event_log WHERE source_system = $1 AND type = $2 LIMIT 50"


async def _too_large(trial: Trial, client: Client, size: int) -> None:
    trial.fault(f"过大的消息 {size} 字节", f"a message of {size} bytes")
    try:
        await client.jetstream().publish(f"shenguan.{_SPOKEN[0].fact}.v1.{REGION}.0", b"x" * size)
    except (APIError, MaxPayloadError):
        return
    trial.findings.append(f"a message of {size} bytes was taken")
