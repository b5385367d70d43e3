"""The linkage as the kit plays it (模拟的联动平台): one server that answers as a script says, badly on purpose, and keeps what came.

What is taken or refused for its content is decided by the rules of the services themselves, not written anew here.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import h11
import msgspec

from chassis.problems import problem
from kernel.refusal import Refusal

CASES, BATCH, GATE = "/api/v1/cases", "/api/v1/cases:batch", "/api/v1/gate"
INSPECTIONS, WEBHOOKS = "/api/v1/inspections", "/api/v1/webhooks/"
_INVALID = "invalid-content"
_READ = 65536


Take = Callable[[bytes], tuple[int, dict[str, Any]]]
"""The rules one kind of statement is taken by: body → status and answer; raises Refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How one request is answered (答复方式). ``lost``: taken, then the connection is closed without an answer."""

    status: int = 0
    """0: as the rules say."""
    body: bytes = b""
    content_type: str = "application/problem+json"
    retry_after: int | None = None
    delay: float = 0
    lost: bool = False


TAKE = Behaviour()
LOST = Behaviour(lost=True)


def refusing(refusal: Refusal, retry_after: int | None = None) -> Behaviour:
    """The answer the services give to a refusal."""
    return Behaviour(status=refusal.status, body=msgspec.json.encode(problem(refusal)), retry_after=retry_after)


@dataclass(slots=True, kw_only=True)
class Arrival:
    """One request as it came (到达)."""

    at: float
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    status: int | None = None
    """None: not answered, or never."""
    answered_at: float | None = None

    @property
    def path(self) -> str:
        """The address without its query."""
        return self.target.partition("?")[0]

    @property
    def documents(self) -> list[dict[str, Any]]:
        """What it says: one statement, or those of a batch line by line; what is no JSON object is left out."""
        lines = self.body.splitlines() if self.path == BATCH else [self.body]
        said = [said for line in lines if (said := _object(line))]
        if self.path.startswith(WEBHOOKS):
            return [data for each in said if isinstance(data := each.get("data"), dict)]
        return said

    @property
    def about(self) -> list[str]:
        """办件编号 of each; of an inspection its 监管对象编号."""
        return [str(said.get("case_id") or said.get("object_no") or "") for said in self.documents]

    @property
    def statement(self) -> tuple[str, int]:
        """What the only one is about, and its 版次; empty for a batch."""
        if self.path == BATCH or not (said := self.documents):
            return "", 0
        return self.about[0], said[0].get("revision", 1)


Script = Callable[[Arrival, int], Behaviour]
"""How the n-th request (from 0) about one statement is answered."""


def in_turn(*behaviours: Behaviour) -> Script:
    """Each behaviour once, then the last for ever."""
    return lambda _arrival, number: behaviours[min(number, len(behaviours) - 1)]


@dataclass
class Platform:
    """The server. ``strict``: content the rules refuse is refused; else it is noted and taken, to see what follows."""

    takes: dict[str, Take]
    """Address → rules."""
    ask: Callable[[bytes], bytes]
    """The answer of the gate; raises Refusal."""
    arrivals: list[Arrival] = field(default_factory=list)
    refusals: list[tuple[Arrival, Refusal]] = field(default_factory=list)
    """What the rules said against statements."""
    script: Script = field(default=in_turn(TAKE))
    strict: bool = False
    url: str = ""
    _trial: frozenset[str] = frozenset()
    _seen: Counter[tuple[str, int]] = field(default_factory=Counter)
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self, host: str, port: int) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._connection, host, port)
        self.url = f"http://{host}:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Listen no more, and hang up."""
        if self._server is not None:
            self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks)

    def begin(self, about: Iterable[str], script: Script, *, strict: bool = False) -> None:
        """Begin a trial about these; what still comes about others is taken, so that it ends."""
        self.script, self.strict, self._trial, self._seen = script, strict, frozenset(about), Counter()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a server gives every connection a task
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        talk = h11.Connection(h11.SERVER)
        try:
            while await self._exchange(talk, reader, writer):
                talk.start_next_cycle()
        except (h11.ProtocolError, OSError, asyncio.CancelledError):
            pass  # who speaks no HTTP, or hangs up, has sent nothing; cancelled by ``close`` alone
        finally:
            writer.close()

    async def _exchange(self, talk: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; False when there is no next one on this connection."""
        arrival = await _read(talk, reader, writer)
        if arrival is None:
            return False
        self.arrivals.append(arrival)
        behaviour = self._behaviour(arrival)
        if behaviour.lost:
            return False
        status, content_type, body = self._answer(arrival, behaviour)
        await asyncio.sleep(behaviour.delay)
        headers = [("content-type", content_type), ("content-length", str(len(body)))]
        if behaviour.retry_after is not None:
            headers.append(("retry-after", str(behaviour.retry_after)))
        for event in (h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            writer.write(talk.send(event) or b"")
        # Before it leaves: whoever has the answer may be asked about it at once.
        arrival.status, arrival.answered_at = status, monotonic()
        await writer.drain()
        return talk.our_state is h11.DONE and talk.their_state is h11.DONE

    def _behaviour(self, arrival: Arrival) -> Behaviour:
        if arrival.method != "POST" or not self._trial.intersection(arrival.about):
            return TAKE
        self._seen[arrival.statement] += 1
        return self.script(arrival, self._seen[arrival.statement] - 1)

    def _answer(self, arrival: Arrival, behaviour: Behaviour) -> tuple[int, str, bytes]:
        if behaviour.status:
            return behaviour.status, behaviour.content_type, behaviour.body
        try:
            if arrival.method == "POST" and (take := self.takes.get(arrival.path)):
                status, members = self._taken(arrival, take)
                return status, "application/json", msgspec.json.encode(members)
            if arrival.path == GATE and arrival.method == "POST":
                return 200, "application/json", self.ask(arrival.body)
        except Refusal as refusal:
            return refusal.status, "application/problem+json", msgspec.json.encode(problem(refusal))
        except msgspec.DecodeError:
            return 422, "application/problem+json", b"{}"
        return 404, "application/problem+json", b'{"status":404,"title":"no such address","errors":[]}'

    def _taken(self, arrival: Arrival, take: Take) -> tuple[int, dict[str, Any]]:
        try:
            return take(arrival.body)
        except Refusal as refusal:
            self.refusals.append((arrival, refusal))
            if self.strict or refusal.code != _INVALID:
                raise
            about, revision = arrival.statement
            return 201, {"case_id": about, "object_no": about, "revision": revision, "duplicate": False}


def _object(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


async def _read(talk: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Arrival | None:
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = talk.next_event()
        if event is h11.NEED_DATA:
            if talk.they_are_waiting_for_100_continue:
                writer.write(talk.send(h11.InformationalResponse(status_code=100, headers=[])) or b"")
            talk.receive_data(await reader.read(_READ))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage) and request is not None:
            return Arrival(
                at=monotonic(),
                method=request.method.decode(),
                target=request.target.decode("latin-1"),
                headers={name.decode(): value.decode("latin-1") for name, value in request.headers},
                body=bytes(body),
            )
        else:
            return None
