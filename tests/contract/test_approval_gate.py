"""One suite for both works of the gate: what it answers from is the same in PostgreSQL and in the fake."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from approval import handlers
from approval.domain.commands import ListItem
from approval.domain.gate import AskGate, GateReply
from approval.domain.holder import Holder
from approval.domain.item import Item
from approval.store import SqlGate
from chassis.database import sqlalchemy_url
from chassis.migrations import migrate
from contracts.constraint import BarImposed, BarLifted, ListEntered
from contracts.credit import GradeChanged, RecordAdded, RecordRepaired, SubjectMerged, SubjectSplit
from contracts.redress import ObjectionDecided, ObjectionLodged, ReviewRequested
from kernel.credit import BarKind, Grade
from kernel.feedback import FeedbackKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKind
from tests.contract.test_approval_store import (
    FEEDBACK,
    MIGRATIONS,
    FakeStore,
    SqlStore,
    register,
    sql_store,
    tell,
)
from tests.fakes.approval import (
    CODE,
    IDENTITY,
    NOW,
    PERSON_NO,
    a_bar,
    a_bar_lifted,
    a_case,
    a_credit_event,
    a_grade,
    a_list_entry,
    a_merger,
    a_person,
    a_raised,
    a_record,
    a_repair,
    a_split,
    an_answer,
)
from tests.fakes.gate import DAY, RULES, FakeGate, a_question
from tests.fakes.objections import a_review, an_objection, an_objection_decided

__all__ = ["sql_store"]

A, B, C, D = CODE, "9164999900000000AN", "9164999900000000BR", "9164999900000000CW"
HANDLERS: dict[type, Callable[..., object]] = {
    BarImposed: handlers.on_bar_imposed,
    BarLifted: handlers.on_bar_ended,
    ListEntered: handlers.on_list_entered,
    RecordAdded: handlers.on_record_added,
    RecordRepaired: handlers.on_record_ended,
    ObjectionLodged: handlers.on_objection_told,
    ObjectionDecided: handlers.on_objection_told,
    ReviewRequested: handlers.on_objection_told,
    SubjectMerged: handlers.on_identity_changed,
    SubjectSplit: handlers.on_identity_changed,
    GradeChanged: handlers.on_grade_changed,
}


class Gate(Protocol):
    store: Any

    async def ask(self, command: AskGate) -> GateReply: ...
    async def traces(self) -> list[tuple[str, ...]]: ...


@dataclass
class FakeDoor:
    store: FakeStore

    def __post_init__(self) -> None:
        self._noted: list[tuple[str, ...]] = []

    async def ask(self, command: AskGate) -> GateReply:
        work = FakeGate(self.store._database)
        await work.load([command])
        reply = handlers.ask_gate(work, command)
        self._noted += [(q.subject.id_no, q.item_code, q.reply.answer, q.by, q.source_system) for q in work.noted]
        return reply

    async def traces(self) -> list[tuple[str, ...]]:
        return self._noted


@dataclass
class SqlDoor:
    store: SqlStore

    async def ask(self, command: AskGate) -> GateReply:
        async with self.store.single.begin() as tx:
            work = SqlGate(tx, IDENTITY, RULES)
            await work.load([command])
            reply = handlers.ask_gate(work, command)
            await work.flush()
        return reply

    async def traces(self) -> list[tuple[str, ...]]:
        rows = await self.store.pool.fetch(
            "SELECT id_no, item_code, answer, by, source_system FROM gate_query ORDER BY id"
        )
        return [tuple(row) for row in rows]


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def gate(request: pytest.FixtureRequest) -> Gate:
    if request.param == "fake":
        return FakeDoor(FakeStore())
    return SqlDoor(request.getfixturevalue("sql_store"))


async def hear(gate: Gate, *events: Any) -> None:
    """Every event in a transaction of its own."""
    for event in events:
        await tell(gate.store, HANDLERS[type(event)], event)


async def answers(gate: Gate, *numbers: str, **changes: Any) -> list[str]:
    return [(await gate.ask(a_question(number, **changes))).answer.value for number in numbers]


async def test_nobody_is_held_back_by_what_is_not_known(gate: Gate) -> None:
    reply = await gate.ask(a_question())
    assert (reply.answer, reply.reasons, reply.grade) == ("ALLOW", (), None)
    assert (reply.as_of, reply.applied_at, reply.age_seconds) == (None, None, None)
    assert (reply.on, reply.rules, reply.public_safety) == (DAY, "2026-1", True)
    assert (await gate.ask(a_question(on=None))).on == date(2026, 3, 2)


async def test_what_credit_told_comes_out_at_the_gate(gate: Gate) -> None:
    events = (a_list_entry(), a_record(), a_bar(), a_bar("B2", BarKind.PROCUREMENT, item_code=""), a_grade(1, Grade.D))
    await tell_all(gate, *events)
    reply = await gate.ask(a_question())
    assert [reason.code for reason in reply.reasons] == [
        *("barred-after-refusal", "commitment-breach", "credit-grade", "severe-list"),
    ]
    bar = reply.reasons[0]
    assert (reply.answer, reply.grade) == ("REFUSE", "D")
    assert (bar.basis, bar.document_no, bar.until, bar.since) == (
        *("行政许可法第七十八条", "不予许可〔2026〕1号"),
        *(date(2027, 2, 28), date(2026, 3, 1)),
    )
    await hear(gate, a_bar_lifted(lifted_on=DAY))
    assert await answers(gate, CODE) == ["ALLOW_WITHOUT_COMMITMENT"]
    assert await answers(gate, CODE, on=DAY - timedelta(days=1)) == ["REFUSE"]
    assert await answers(gate, B) == ["ALLOW"]


async def tell_all(gate: Gate, *events: Any) -> None:
    """All events in one transaction."""
    await tell(gate.store, lambda work, event: HANDLERS[type(event)](work, event), *events)


async def test_a_breach_counts_unless_an_objection_to_it_is_pending(gate: Gate) -> None:
    await hear(gate, an_objection("R1", "O1"), an_objection("R1", "O1"), a_record())
    reply = await gate.ask(a_question())
    assert [(reason.code, reason.answer) for reason in reply.reasons] == [
        ("commitment-breach-under-objection", "ALLOW"),
    ]
    assert await answers(gate, CODE) == ["ALLOW"]
    await tell_all(gate, an_objection("R1", "O2"), an_objection_decided("R1", "O1"))
    assert await answers(gate, CODE) == ["ALLOW"]
    await hear(gate, an_objection_decided("R1", "O2"))
    assert await answers(gate, CODE) == ["ALLOW_WITHOUT_COMMITMENT"]
    await hear(gate, a_review("R1", "O2"))
    assert await answers(gate, CODE) == ["ALLOW"]
    await hear(gate, an_objection_decided("R1", "O2", review=True), an_objection("R1", "O2"))
    assert await answers(gate, CODE) == ["ALLOW_WITHOUT_COMMITMENT"]
    await hear(gate, an_objection("R9", "O9"))
    assert await answers(gate, CODE) == ["ALLOW_WITHOUT_COMMITMENT"]


async def test_of_two_breaches_the_one_nobody_objects_to_counts(gate: Gate) -> None:
    await tell_all(gate, a_record("R1"), a_record("R2"), an_objection("R1"), a_merger(B, A))
    for number in (A, B):
        reply = await gate.ask(a_question(number))
        assert [(reason.code, reason.hold_id) for reason in reply.reasons] == [
            *(("commitment-breach", "R2"), ("commitment-breach-under-objection", "R1")),
        ]


async def test_an_end_that_comes_first_wins(gate: Gate) -> None:
    await hear(gate, a_bar_lifted(lifted_on=date(2026, 3, 1)), a_repair(repaired_on=date(2026, 2, 1)))
    await hear(gate, a_bar(), a_record(), a_bar())
    assert await answers(gate, CODE) == ["ALLOW"]
    await tell_all(gate, a_bar("B2"), a_bar_lifted("B2", date(2026, 3, 1)), a_bar("B2"))
    assert await answers(gate, CODE) == ["ALLOW"]


async def test_what_is_said_of_one_counts_for_all_it_was_merged_with(gate: Gate) -> None:
    await hear(gate, a_bar(id_no=A), a_merger(A, B), a_merger(B, C))
    assert await answers(gate, A, B, C, D) == ["REFUSE", "REFUSE", "REFUSE", "ALLOW"]
    await hear(gate, a_split(B, C), a_merger(B, C, 1))
    assert await answers(gate, A, B, C) == ["REFUSE", "REFUSE", "ALLOW"]


async def test_a_loop_of_mergers_ends(gate: Gate) -> None:
    await hear(gate, a_merger(A, B), a_merger(B, C), a_merger(C, A), a_bar(id_no=C), a_grade(1, Grade.D, id_no=B))
    replies = [await gate.ask(a_question(number)) for number in (A, B, C)]
    assert [(reply.answer, reply.grade) for reply in replies] == [("REFUSE", "D")] * 3


async def test_the_grade_is_that_of_the_subject_all_others_were_merged_into(gate: Gate) -> None:
    await hear(gate, a_grade(1, Grade.D, id_no=A), a_grade(1, Grade.C, id_no=B), a_merger(A, C), a_merger(B, C))
    assert [(await gate.ask(a_question(number))).grade for number in (A, B, C)] == ["D", "D", "D"]
    await hear(gate, a_grade(1, Grade.B, id_no=C))
    assert [(await gate.ask(a_question(number))).grade for number in (A, B, C)] == ["B", "B", "B"]


async def test_an_accepted_restriction_binds_the_next_application_for_the_item(gate: Gate) -> None:
    await tell(gate.store, handlers.list_item, ListItem(Item(item_code="2001", name="烟草")))
    await register(gate.store, a_case(), a_case("C0", item_code="2001", object_no="O1"))
    await tell(gate.store, handlers.on_feedback_raised, a_raised(FEEDBACK, FeedbackKind.RESTRICT))
    assert await answers(gate, CODE) == ["ALLOW"]
    await tell(gate.store, handlers.answer_feedback, an_answer(FEEDBACK, statement=None))
    (reason,) = (await gate.ask(a_question())).reasons
    assert (reason.code, reason.basis, reason.hold_id) == ("access-restricted", "食品安全法第122条", FEEDBACK)
    assert await answers(gate, CODE, item_code="2001") == ["ALLOW"]


async def test_a_person_is_known_by_the_reference_alone(gate: Gate) -> None:
    person = a_person()
    key = person.key(IDENTITY.reference)
    subject = a_credit_event()["subject"].__class__(id_type=key.id_type, id_no=key.id_no, kind="PERSON")
    await hear(gate, a_bar(subject=subject))
    question = a_question(holder=Holder(id_type="111", id_no=PERSON_NO, kind=SubjectKind.PERSON), by="p-1")
    reply = await gate.ask(question)
    assert reply.answer == "REFUSE"
    assert PERSON_NO not in repr(reply)
    assert await gate.traces() == [(key.id_no, "1006", "REFUSE", "p-1", "")]


async def test_a_question_that_is_not_sound_is_refused_and_leaves_no_trace(gate: Gate) -> None:
    unsound = [
        (a_question("91440101MA5C44W11X"), ["/id_no"]),
        (a_question("\ud800"), ["/id_no"]),
        (a_question(item_code=""), ["/item"]),
        (a_question(item_code="\x00", by="\x00", source_system="Ü"), ["/source_system", "/item", "/by"]),
    ]
    for question, pointers in unsound:
        with pytest.raises(Refusal, match="invalid-content") as refused:
            await gate.ask(question)
        assert [fault.pointer for fault in refused.value.faults] == pointers
    with pytest.raises(Refusal, match="item-unknown"):
        await gate.ask(a_question(item_code="9999"))
    assert await gate.traces() == []


@pytest.mark.servers
async def test_how_old_it_is_follows_the_newest_event_of_credit_that_was_applied(sql_store: SqlStore) -> None:
    gate = SqlDoor(sql_store)

    async def heard(event: Any, at: datetime) -> GateReply:
        async with sql_store.begin() as work:
            work._tx.heard_at = at  # type: ignore[attr-defined] # as the consumer of the chassis does
            await work.load([event])
            HANDLERS[type(event)](work, event)
            await work.flush()
        return await gate.ask(a_question())

    newest = NOW - timedelta(seconds=90)
    assert (await heard(a_grade(1), newest)).age_seconds == 90
    older = await heard(a_grade(1), newest - timedelta(days=1))
    assert (older.as_of, older.applied_at, older.age_seconds) == (newest, NOW, 90)
    # A clock that stands before what credit told says 0, never less.
    assert (await heard(a_grade(2), NOW + timedelta(hours=1))).age_seconds == 0


async def at_revision(url: str, revision: str) -> None:
    """Bring an empty database to an earlier revision."""

    def upgrade(connection: Any) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_async_engine(sqlalchemy_url(url))
    async with engine.begin() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def copy_rows(now: Any, then: Any) -> None:
    """Give an earlier database the rows of today's, in the columns and tables it has."""
    columns = (
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) AS columns "
        "FROM information_schema.columns WHERE table_schema = 'public' GROUP BY table_name"
    )
    today = {row["table_name"]: set(row["columns"]) for row in await now.fetch(columns)}
    await then.execute("SET session_replication_role = replica")
    for table in ("decision", "feedback"):
        (known,) = [row["columns"] for row in await then.fetch(columns) if row["table_name"] == table]
        shared = ", ".join(f'"{column}"' for column in known if column in today[table])
        places = ", ".join(f"${n}" for n in range(1, shared.count(",") + 2))
        for row in await now.fetch(f"SELECT {shared} FROM {table}"):  # noqa: S608 - the database's own names
            adding = f"INSERT INTO {table} ({shared}) OVERRIDING SYSTEM VALUE VALUES ({places})"  # noqa: S608 - as above
            await then.execute(adding, *row.values())


@pytest.mark.servers
async def test_restrictions_accepted_before_there_were_holds_become_holds(
    make_database: Callable[[str | None], Awaitable[str]],
) -> None:
    url = await make_database(None)
    await migrate(url, MIGRATIONS)
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        store = SqlStore(pool)
        await tell(store, handlers.list_item, ListItem(Item(item_code="1006", name="食品")))
        await register(store, a_case())
        await tell(store, handlers.on_feedback_raised, a_raised(FEEDBACK, FeedbackKind.RESTRICT))
        await tell(store, handlers.answer_feedback, an_answer(FEEDBACK, statement=None))
        before = await pool.fetch("SELECT * FROM hold")
        older = await make_database(None)
        await at_revision(older, "0008_items")
        async with asyncpg.create_pool(older, min_size=1, max_size=1) as then:
            await copy_rows(pool, then)
            await migrate(older, MIGRATIONS)
            assert await then.fetch("SELECT * FROM hold") == before
        assert len(before) == 1


@pytest.mark.servers
async def test_without_a_transaction_nothing_can_be_told(sql_store: SqlStore) -> None:
    with pytest.raises(RuntimeError, match="needs a transaction"):
        async with sql_store.single.begin() as tx:
            tx.publish(a_grade())
    assert await sql_store.said() == []
