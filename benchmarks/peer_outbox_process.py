"""One service of the faststream-outbox peer (发件箱库的服务), as its tutorial builds a relay. Started by peer_faststream_outbox.py.

A handler writes its step and the outbox row in one transaction; the library claims the row, publishes it to JetStream
and deletes it. A step done twice changes nothing and tells nothing.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

import uvloop
from faststream.nats import JStream, NatsBroker, PullSub
from faststream_outbox import OutboxBroker, make_outbox_table
from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from benchmarks.chain import inspection_of
from benchmarks.measuring import say, told
from benchmarks.steps import DECIDE, GRADE, HOLD_AT_APPROVAL, HOLD_AT_SUPERVISION, INSPECT, MATCH, RECORD, Step

LISTENING: Mapping[str, Mapping[str, str]] = {
    "approval": {"decide": "intake.case", "hold": "credit.grade"},
    "supervision": {"match": "approval.decided", "inspect": "supervision.task", "hold": "credit.grade"},
    "credit": {"record": "supervision.concluded"},
}
"""Service → step → stream and event that begin it."""
TELLING: Mapping[str, tuple[str, ...]] = {
    "approval": ("approval.decided",),
    "supervision": ("supervision.task", "supervision.concluded"),
    "credit": ("credit.grade",),
}
"""Service → what it tells; the name of the queue in its outbox is the subject."""
_WORKERS = 8
_FETCHED = 100
Facts = dict[str, Any]


class Service:
    """The steps of one service, between its two brokers."""

    def __init__(self, name: str, settings: Mapping[str, Any]) -> None:
        self._name, self._chains, self._prefix = name, settings["chains"], settings["prefix"]
        metadata = MetaData()
        self._engine = create_async_engine(
            settings["database"].replace("postgresql", "postgresql+asyncpg", 1), pool_size=2 * _WORKERS
        )
        self._metadata = metadata
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._outbox = OutboxBroker(self._engine, outbox_table=make_outbox_table(metadata, "outbox"), logger=None)
        self._nats = NatsBroker(settings["nats"], logger=None)
        self._ended: dict[int, float] = {}
        self._done = asyncio.Event()
        for event in TELLING[name]:
            self._relay(event)
        for step, event in LISTENING[name].items():
            self._listen(step, event)

    async def serve(self) -> None:
        """Run until ended; tell when the grades were held."""
        async with self._engine.begin() as connection:
            await connection.run_sync(self._metadata.create_all)
        await self._nats.start()
        await self._outbox.start()
        say("ready")
        if "hold" in LISTENING[self._name]:
            await self._done.wait()
        say(self._ended)
        await asyncio.Event().wait()

    def _relay(self, event: str) -> None:
        async def relay(body: Facts) -> Facts:
            return body

        publisher = self._nats.publisher(f"{self._prefix}.{event}", stream=self._stream(event))
        subscriber = self._outbox.subscriber(
            event, max_workers=_WORKERS, fetch_batch_size=_FETCHED, terminal_flush_batch_size=_FETCHED
        )
        publisher(subscriber(relay))

    def _listen(self, step: str, event: str) -> None:
        steps: dict[str, Callable[[Facts], Awaitable[None]]] = {
            "decide": self.decide,
            "match": self.match,
            "inspect": self.inspect,
            "record": self.record,
            "hold": self.hold,
        }
        self._nats.subscriber(
            f"{self._prefix}.{event}",
            stream=self._stream(event),
            durable=f"{self._name}-{step}",
            pull_sub=PullSub(batch_size=_FETCHED, timeout=1.0),
            max_workers=_WORKERS,
        )(steps[step])

    def _stream(self, event: str) -> JStream:
        return JStream(f"{self._prefix}-{event.partition('.')[0]}", declare=False)

    async def decide(self, case: Facts) -> None:
        """审批."""
        await self._do(DECIDE, case, "approval.decided", case)

    async def match(self, case: Facts) -> None:
        """监管."""
        await self._do(MATCH, case, "supervision.task", {"chain": case["chain"]})

    async def inspect(self, task: Facts) -> None:
        """监管: the bureau that inspects answers at once."""
        report = inspection_of(task["chain"])
        facts = {name: getattr(report, name) for name in report.__struct_fields__}
        await self._do(INSPECT, facts, "supervision.concluded", facts)

    async def record(self, event: Facts) -> None:
        """信用."""
        grade = {"chain": event["chain"], "holder": event["holder"], **GRADE}
        await self._do(RECORD, event | GRADE, "credit.grade", grade)

    async def hold(self, grade: Facts) -> None:
        """审批、监管."""
        async with self._sessions() as session, session.begin():
            await session.execute((HOLD_AT_APPROVAL if self._name == "approval" else HOLD_AT_SUPERVISION).text, grade)
        self._ended.setdefault(grade["chain"], monotonic())
        if len(self._ended) == self._chains:
            self._done.set()

    async def _do(self, step: Step, facts: Facts, event: str, follows: Facts) -> None:
        """The step and what it tells, together; nothing of a step that was done before."""
        async with self._sessions() as session, session.begin():
            if row := (await session.execute(step.text, facts)).mappings().first():
                await self._outbox.publish(follows | dict(row), queue=event, session=session)


if __name__ == "__main__":
    uvloop.run(Service(sys.argv[1], told()).serve())
