"""Operations API (运维接口): the same under ``/ops/v1`` in every service, for the supervisor, the reconciler and people."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from importlib.metadata import version
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis import dead_letters, outbox, resending
from chassis.audit.trail import PERSONAL
from chassis.bus import Bus
from chassis.clock import StackClock
from chassis.consumer import BatchConsumer
from chassis.database import PATIENT, Pool
from chassis.dossier import dossier
from chassis.failures import AWAY
from chassis.ids import first_id
from chassis.instant import Instant
from chassis.letters_api import add_letters
from chassis.notices import queue
from chassis.passages import add_passages, passages
from chassis.sweeper import Sweep
from chassis.transaction import Transactions
from kernel.clock import CHINA
from kernel.refusal import Refusal

Figures = Callable[[AsyncConnection, str | None], Awaitable[dict[str, int]]]
Ledger = Callable[[AsyncConnection, str | None], AsyncIterator[tuple[str, str, str]]]
"""Yields (set, "cause" | "effect", key)."""


Source = Annotated[str | None, Query(max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$", description="来源系统; 缺省为全部")]
Day = Annotated[
    date | None, Query(description="事件产生的日子（北京时间）；缺省为全部 / day in China the events were made on")
]
Correlation = Annotated[
    str, Query(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$", description="办件: 来源系统:办件编号")
]
_EVER, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class ClockPosition(BaseModel):
    """Where to move the stack's clock."""

    model_config = ConfigDict(extra="forbid")

    now: Instant


class ResendAsked(BaseModel):
    """From where on events are sent again (重发)."""

    model_config = ConfigDict(extra="forbid")

    after: UUID = resending.FIRST
    upwards: bool = False
    """For the level above: what goes up to it, heads of the audit chain included."""


class Operations:
    """What the endpoints show and move."""

    def __init__(
        self,
        service: str,
        pool: Callable[[], Pool],
        clock: StackClock,
        bus: Bus,
        consumers: list[BatchConsumer[Any]],
        sweep: Sweep,
        transactions: Transactions,
    ) -> None:
        self._service = service
        self._pool = pool
        self._clock = clock
        self._bus = bus
        self._consumers = consumers
        self._sweep = sweep
        self._transactions = transactions

    async def status(self) -> dict[str, Any]:
        """Queues, letters, lag and deadlines to act on; ``settled`` when nothing is on its way.

        ``taken`` alone is of the process that answers: messages it applied since it started. The rest is of the service.
        """
        async with self._pool().acquire() as connection:
            pending, isolated = await outbox.pending(connection)
            age = await outbox.oldest(connection)
            letters = await connection.fetchval("SELECT count(*) FROM dead_letter WHERE redriven_at IS NULL")
            waiting = await connection.fetchval("SELECT count(*) FROM waiting")
            due = await self._sweep.count_due(connection, self._clock.now())
            notices = await queue.waiting(connection, self._clock.now())
        durables = []
        for consumer in self._consumers:
            state = await self._bus.state(consumer.stream, consumer.durable)
            lag = {"pending": state[0], "ack_pending": state[1]} if state else {"pending": -1, "ack_pending": -1}
            durables.append({"stream": consumer.stream, "durable": consumer.durable, "taken": consumer.taken, **lag})
        return {
            "service": self._service,
            "version": version("shenguan"),
            "taken": sum(consumer.taken for consumer in self._consumers),
            "now": self._clock.now().isoformat(),
            "outbox_pending": pending,
            "outbox_isolated": isolated,
            "outbox_age": round(age, 1),
            "dead_letters": letters,
            "waiting": waiting,
            "due": due,
            "notices_due": notices,
            "durables": durables,
            "settled": pending == 0 == due and all(d["pending"] == 0 == d["ack_pending"] for d in durables),
        }

    async def ready(self) -> dict[str, bool]:
        """Each thing this service cannot work without. A closed or frozen server does not answer for its durables."""
        try:
            # The connection's own patience too: giving a silent one back must not take longer than asking it.
            async with self._pool().acquire(timeout=2) as connection:
                database = await connection.fetchval("SELECT 1", timeout=2) == 1
        except AWAY:
            database = False
        missing = await self._bus.missing([(c.stream, c.durable) for c in self._consumers])
        return {"database": database, "durables": not missing, "permitted": not self._bus.denials.standing}

    async def move_clock(self, to: datetime) -> dict[str, Any]:
        """Move the stack's clock. Raises Refusal ``clock-backwards`` (409)."""
        async with self._transactions.begin() as tx:
            await self._clock.move(tx.connection, to)
        return self.clock()

    def clock(self) -> dict[str, Any]:
        """What the clock shows."""
        return {"now": self._clock.now().isoformat(), "moved": self._clock.moved}

    async def letters(self) -> list[dict[str, Any]]:
        """Open dead letters."""
        async with self._pool().acquire() as connection:
            return await dead_letters.listed(connection)

    async def letter(self, letter: UUID) -> dict[str, Any]:
        """A dead letter whole. Raises Refusal ``not-found``."""
        async with self._pool().acquire() as connection:
            return await dead_letters.whole(connection, letter)

    async def redrive(self, letter: UUID) -> None:
        """Apply a dead letter again. Raises Refusal ``not-found`` or ``still-failing``."""
        async with self._pool().acquire() as connection:
            durable = await connection.fetchval("SELECT consumer FROM dead_letter WHERE id = $1", letter)
        for consumer in self._consumers:
            if consumer.durable == durable:
                await consumer.redrive(letter)
                return
        raise Refusal(code="not-found", zh="没有这封死信", en="There is no such dead letter", status=404)

    async def lines(self, query: str, source: str | None, day: date | None) -> AsyncIterator[bytes]:
        """Rows as NDJSON, fetched in portions; ``day``: only events made on that day in China."""
        async with self._pool().acquire() as connection, connection.transaction(readonly=True):
            await connection.execute(PATIENT)
            async for row in connection.cursor(query, source, *_ids_of(day), prefetch=2000):
                yield msgspec.json.encode(dict(row)) + b"\n"

    async def resent(self, after: UUID, *, upwards: bool) -> AsyncIterator[bytes]:
        """Everything told behind an event, as NDJSON."""
        async with self._pool().acquire() as connection:
            async for line in resending.resent(connection, after, upwards=upwards):
                yield line

    async def passages(self, ids: list[UUID]) -> dict[str, Any]:
        """Where events went: their place in the stream, and who took them when."""
        async with self._pool().acquire() as connection:
            return await passages(connection, self._service, ids)

    async def evidence(self, correlation: str, since: datetime, until: datetime) -> AsyncIterator[bytes]:
        """What proves a case, as NDJSON, as of one instant."""
        async with (
            self._pool().acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(PATIENT)
            async for line in dossier(connection, self._service, correlation, since, until):
                yield msgspec.json.encode(line) + b"\n"


_OF = "WHERE ($1::text IS NULL OR source_system = $1) AND event_id >= $2 AND event_id < $3"
_EVENTS = f"SELECT event_id AS id, type FROM event_log {_OF}"  # noqa: S608 - constants
_INBOX = f"SELECT event_id AS id, consumer FROM inbox {_OF}"  # noqa: S608 - as above
_LAST_ID = UUID(int=(1 << 128) - 1)


def _ids_of(day: date | None) -> tuple[UUID, UUID]:
    """The ids made on a day in China, first and first not; all of them for no day."""
    if day is None:
        return UUID(int=0), _LAST_ID
    begin = datetime.combine(day, time(), CHINA)
    return first_id(begin), first_id(begin + timedelta(days=1))


def health_router(operations: Operations) -> APIRouter:
    """``/healthz`` and ``/readyz``."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str | int]:
        """The process lives (存活), and which one it is: who started it knows its own by that."""
        return {"status": "ok", "process": os.getpid()}

    @router.get("/readyz")
    async def readyz(response: Response) -> dict[str, bool]:
        """The service can work (就绪): 200, or 503 with what is missing."""
        parts = await operations.ready()
        response.status_code = 200 if all(parts.values()) else 503
        return parts

    return router


def operations_router(
    operations: Operations, reading: Callable[[], Any], figures: Figures, ledger: Ledger
) -> APIRouter:
    """Everything below ``/ops/v1``."""
    router = APIRouter(prefix="/ops/v1", tags=["operations"])
    router.add_api_route("/status", operations.status, summary="运行状态")
    router.add_api_route("/clock", operations.clock, summary="系统时钟")

    @router.post("/clock", summary="拨动系统时钟")
    async def move_clock(position: ClockPosition) -> dict[str, Any]:
        return await operations.move_clock(position.now)

    @router.get("/figures", summary="数量")
    async def figures_of(source: Source = None) -> dict[str, int]:
        async with reading() as connection:
            return await figures(connection, source)

    @router.get("/ledger", summary="因果台账")
    async def ledger_of(source: Source = None) -> StreamingResponse:
        async def lines() -> AsyncIterator[bytes]:
            async with reading() as connection:
                async for name, side, key in ledger(connection, source):
                    yield msgspec.json.encode({"set": name, "side": side, "key": key}) + b"\n"

        return StreamingResponse(lines(), media_type="application/x-ndjson")

    add_letters(router, operations)
    add_passages(router, operations)
    _add_logs(router, operations)
    return router


def _add_logs(router: APIRouter, operations: Operations) -> None:
    """What was told and heard, whole: as NDJSON, while it is read."""

    @router.get("/events", summary="事件日志")
    async def events(source: Source = None, day: Day = None) -> StreamingResponse:
        return StreamingResponse(operations.lines(_EVENTS, source, day), media_type="application/x-ndjson")

    @router.post("/events:resend", summary="重发事件", response_class=StreamingResponse)
    async def resend(asked: ResendAsked) -> StreamingResponse:
        """Everything this service told behind ``after``, to the asker alone: NDJSON of subject, headers, payload (base64)."""
        return StreamingResponse(
            operations.resent(asked.after, upwards=asked.upwards), media_type="application/x-ndjson"
        )

    @router.get("/evidence", summary="证明包", openapi_extra=PERSONAL)
    async def evidence(correlation: Correlation, since: Instant = _EVER, until: Instant = _NEVER) -> Response:
        lines = operations.evidence(correlation, since, until)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @router.get("/inbox", summary="收件箱")
    async def inbox(source: Source = None, day: Day = None) -> StreamingResponse:
        return StreamingResponse(operations.lines(_INBOX, source, day), media_type="application/x-ndjson")
