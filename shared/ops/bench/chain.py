"""Chain (链): decision handed in → task → inspection handed in → credit record → grade held by approval and supervision.

Both facts come in on the intake subjects, as bureau systems send them. The inspectors answer when they hear of the
task. A chain ends with the later commit of its grade in approval and in supervision, as PostgreSQL timed it.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from uuid import UUID

import asyncpg
import msgspec
import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from uuid_utils.compat import uuid7

from chassis.publisher import Outgoing, publish
from contracts.credit import GradeChanged
from contracts.event import cloud_type
from contracts.supervision import TaskCreated
from contracts.topology import durable_of
from ops.bench.ground import SUBJECTS, Story
from ops.failure import CannotRun
from ops.stack import Stack

WINDOW = 6000
"""Chains under way at most when there is no rate: enough for full batches everywhere."""
_PORTION = 500
_PATIENCE = 60.0
_TICK = 0.002
_POLL = 0.2
_HOLDERS = ("approval", "supervision")
"""Who holds the latest grade."""


class _Party(msgspec.Struct):
    id_no: str


class _Thing(msgspec.Struct):
    object_no: str


class _Task(msgspec.Struct):
    object: _Thing


class _Grade(msgspec.Struct):
    subject: _Party


_task = msgspec.json.Decoder(_Task)
_grade = msgspec.json.Decoder(_Grade)


@dataclass
class Chains:
    """Chains ``first`` … ``first + count - 1`` that ran: when each should have begun and when its grade was held."""

    began: list[float]
    ended: list[float]

    @property
    def seconds(self) -> float:
        """From the first beginning to the last end."""
        return max(self.ended) - min(self.began)

    @property
    def per_second(self) -> float:
        """Chains per second over the whole run, filling and draining included."""
        return len(self.began) / self.seconds

    def milliseconds(self) -> list[float]:
        """How long each took, the first tenth left out (warming), sorted."""
        kept = range(len(self.began) // 10, len(self.began))
        return sorted(1000 * (self.ended[n] - self.began[n]) for n in kept)


async def run(stack: Stack, story: Story, first: int, count: int, *, rate: float = 0) -> Chains:
    """Run chains: as fast as the window lets them, or begun at ``rate`` per second whatever becomes of them.

    Raises:
        CannotRun: for a minute nothing came to its end, or something was not done exactly once.
    """
    mark = uuid7()
    connection = await nats.connect(stack.nats_url)
    feed = _Feed(connection, story, first, count, rate)
    try:
        await feed.run()
    finally:
        await connection.close()
    return Chains(feed.began, await _held(stack, mark, first, count))


class _Feed:
    def __init__(self, connection: Client, story: Story, first: int, count: int, rate: float) -> None:
        self.began = [0.0] * count
        self._connection, self._story, self._first, self._count, self._rate = connection, story, first, count, rate
        self._tasks: list[int] = []
        self._graded = 0
        self._moved = asyncio.Event()

    async def run(self) -> None:
        """Hand in every decision and every inspection; return when credit has told every grade."""
        subscriptions = [
            await self._connection.subscribe(f"shenguan.{TaskCreated.fact}.v1.>", cb=self._on_task),
            await self._connection.subscribe(f"shenguan.{GradeChanged.fact}.v1.>", cb=self._on_grade),
        ]
        deciding = asyncio.create_task(self._decide())
        inspecting = asyncio.create_task(self._inspect())
        try:
            await asyncio.gather(deciding, self._finished())
        finally:
            for task in (deciding, inspecting):
                task.cancel()
            await asyncio.gather(deciding, inspecting, return_exceptions=True)
            for subscription in subscriptions:
                await subscription.unsubscribe()

    async def _on_task(self, msg: Msg) -> None:
        run, _, number = _task.decode(msg.data).object.object_no.rpartition("-")
        if run == self._story.run:
            self._tasks.append(int(number))
            self._moved.set()

    async def _on_grade(self, _: Msg) -> None:
        self._graded += 1
        self._moved.set()

    async def _decide(self) -> None:
        """Open loop with a rate, a window without."""
        start, sent = time(), 0
        while sent < self._count:
            if self._rate:
                due = min(self._count, int((time() - start) * self._rate) + 1)
            else:
                due = min(self._count, sent + _PORTION, self._graded + WINDOW)
            if due <= sent:
                await asyncio.sleep(_TICK)
                continue
            for n in range(sent, due):
                self.began[n] = start + n / self._rate if self._rate else time()
            await self._hand_in("approval", range(sent, due), self._story.case)
            sent = due

    async def _inspect(self) -> None:
        while True:
            await self._moved.wait()
            self._moved.clear()
            while self._tasks:
                numbers, self._tasks = self._tasks[:_PORTION], self._tasks[_PORTION:]
                await self._hand_in("supervision", [n - self._first for n in numbers], self._story.inspection)

    async def _hand_in(self, service: str, numbers: range | list[int], body: Callable[[int], bytes]) -> None:
        subject = f"shenguan.intake.{service}.v1.bench"
        facts = [Outgoing(uuid7(), subject, {}, body(self._first + n)) for n in numbers]
        published = await publish(self._connection, "INTAKE", facts)
        if published.refused:
            raise _not_taken(next(iter(published.refused.values())))

    async def _finished(self) -> None:
        seen, since = -1, time()
        while self._graded < self._count:
            if self._graded != seen:
                seen, since = self._graded, time()
            elif time() - since > _PATIENCE:
                raise _stalled(self._graded, self._count)
            await asyncio.sleep(0.01)


async def _held(stack: Stack, mark: UUID, first: int, count: int) -> list[float]:
    """When the grade of each chain was held by both; every chain exactly once.

    A subscriber may hear an event before its batch is committed to the stream: the last ones are waited for.
    """
    told = await _fetch(stack, "credit", _TOLD, cloud_type(GradeChanged), mark)
    numbers = {row["event_id"]: _chain_of(_grade.decode(row["payload"]).subject.id_no, first) for row in told}
    if sorted(numbers.values()) != list(range(count)):
        raise _stalled(len(numbers), count)
    ended = [0.0] * count
    for service in _HOLDERS:
        at = await _taken(stack, service, mark, numbers)
        ended = [max(before, at[n]) for n, before in enumerate(ended)]
    return ended


async def _taken(stack: Stack, service: str, mark: UUID, numbers: Mapping[UUID, int]) -> dict[int, float]:
    """Chain → when a service committed its grade. Raises CannotRun."""
    until = time() + _PATIENCE
    while True:
        held = await _fetch(stack, service, _TAKEN, durable_of(service, "CREDIT"), mark)
        at = {numbers[row["event_id"]]: row["at"].timestamp() for row in held if row["event_id"] in numbers}
        if len(at) == len(numbers):
            return at
        if time() > until:
            raise _stalled(len(at), len(numbers))
        await asyncio.sleep(_POLL)


_TOLD = "SELECT event_id, payload FROM event_log WHERE type = $1 AND event_id > $2"
_TAKEN = """
SELECT event_id, pg_xact_commit_timestamp(xmin) AS at FROM inbox WHERE consumer = $1 AND event_id > $2
"""


async def _fetch(stack: Stack, service: str, query: str, name: str, mark: UUID) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(stack.superuser_urls[service])
    try:
        await connection.execute("SET enable_seqscan = off")  # looking must not cost what is behind the stack
        return list(await connection.fetch(query, name, mark))
    finally:
        await connection.close()


def _chain_of(id_no: str, first: int) -> int:
    return (int(id_no[8:17]) - first) % SUBJECTS


def _not_taken(said: str) -> CannotRun:
    return CannotRun(zh=f"事件流 INTAKE 没有收下：{said}", en=f"the stream INTAKE did not take it: {said}")


def _stalled(done: int, count: int) -> CannotRun:
    return CannotRun(
        zh=f"{count} 条链里 {done} 条走完，测量无效；请看各服务的日志与死信",
        en=f"{done} of {count} chains came to their end, the measurement is void; look at the logs and dead letters",
    )
