"""A small road for tests: one real database with the chassis tables, one real NATS, and a service that notes what it applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from chassis.consumer import BatchConsumer, Subscription
from chassis.database import Pool
from chassis.dead_letters import listed
from chassis.relay import Relay
from chassis.transaction import Transaction, Transactions
from contracts.approval import CaseCorrected, CaseDecided
from contracts.event import Object, Subject
from tests.keys import verifier


def decided(object_no: str = "S-1", version: int = 1, **changes: Any) -> CaseDecided:
    facts: dict[str, Any] = {
        "source_system": "test",
        "region": "640202",
        "case_id": f"{object_no}-{version}",
        "revision": 1,
        "kind": "NEW",
        "item_code": "food",
        "decided_on": date(2026, 1, 5),
        "subject": Subject(id_type="099", id_no="ACC1", kind="ORGANISATION"),
        "object": Object(object_no=object_no),
        "object_version": version,
    }
    return CaseDecided(**facts | changes)


class Notebook:
    """A unit of work that writes down each event in the order it was applied."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.noted: list[CaseDecided] = []

    async def load(self, messages: Sequence[Any]) -> None:
        await self._tx.lock(m.object.object_no for m in messages)

    async def flush(self) -> None:
        await self._tx.connection.executemany(
            "INSERT INTO noted (object_no, version) VALUES ($1, $2)",
            [(event.object.object_no, event.object_version) for event in self.noted],
        )


def note(work: Notebook, event: CaseDecided) -> None:
    if event.licence_no == "POISON":
        raise ZeroDivisionError("a bug met this event")
    work.noted.append(event)


def object_turn(event: Any) -> tuple[str, int]:
    return event.object.object_no, event.object_version


@dataclass
class Road:
    """Everything between a publisher called approval and a consumer called supervision."""

    pool: Pool
    connection: Client
    js: JetStreamContext
    transactions: Transactions
    relay: Relay

    def consumer(
        self,
        handle: Callable[[Notebook, CaseDecided], None] = note,
        work: Callable[[Transaction], Notebook] = Notebook,
        **options: Any,
    ) -> BatchConsumer[Notebook]:
        reads: dict[type, Callable[[Notebook, Any], object]] = {CaseDecided: handle, CaseCorrected: handle}
        return BatchConsumer(
            "supervision", Subscription("APPROVAL", work, reads, **options), self.transactions, verifier()
        )

    async def say(self, *events: CaseDecided) -> None:
        async with self.transactions.begin() as tx:
            for event in events:
                tx.publish(event)

    async def drain(self) -> None:
        while await self.relay.drain_once():
            pass

    async def delivered(self, expected: int) -> list[Msg]:
        """Messages as the durable delivers them."""
        pull = await self.js.pull_subscribe_bind(consumer="supervision-from-approval", stream="APPROVAL")
        messages: list[Msg] = []
        while len(messages) < expected:
            messages += await pull.fetch(expected - len(messages), timeout=5)
        await pull.unsubscribe()
        return messages

    async def noted(self, object_no: str = "S-1") -> list[int]:
        rows = await self.pool.fetch("SELECT version FROM noted WHERE object_no = $1 ORDER BY at", object_no)
        return [row["version"] for row in rows]

    async def letters(self) -> list[dict[str, Any]]:
        async with self.pool.acquire() as connection:
            return await listed(connection)

    async def count(self, table: str) -> int:
        return int(await self.pool.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a table of the test
