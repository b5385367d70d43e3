"""Whatever records subjects have, the public is told those the domain would show that day, and not one more."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.calendar import CalendarCache
from chassis.clock import StackClock
from chassis.database import sqlalchemy_url
from chassis.migrations import migrate
from chassis.transaction import Transactions
from credit import main, queries
from credit.domain.commands import Reassess
from credit.domain.record import LISTS, CreditRecord, record_id_of
from credit.domain.subject import Identity, Subject
from credit.store import RulebookCache, SqlWork
from kernel.credit import RecordClass, RecordKind, RecordState
from kernel.subject import SubjectKey, SubjectKind
from tests.fakes.credit import CONSTRAINTS, PROCESS, RULES

pytestmark = pytest.mark.servers

FIRST, DAYS = date(2012, 1, 1), 1500
PERSON = "11010519491231002X"
HIDDEN = "HIDDEN"
KEYS = [SubjectKey("099", f"S{n:03}") for n in range(150)]


def some_day(chance: random.Random) -> date:
    return FIRST + timedelta(days=chance.randrange(DAYS))


def a_record(chance: random.Random, key: SubjectKey, number: str) -> CreditRecord:
    """A record with anything in it; what must not be shown says so in its text."""
    kind, on = chance.choice(list(RecordKind)), some_day(chance)
    until = chance.choice([None, on + timedelta(days=chance.randrange(900))])
    ended = chance.choice([None, None, on + timedelta(days=chance.randrange(900))])
    public = chance.random() < 0.7
    record = CreditRecord(
        record_id=record_id_of(kind, "unit", number),
        subject=key,
        source_system="unit",
        region="640202",
        kind=kind,
        record_class=RecordClass.MERIT if kind is RecordKind.COMMENDATION else chance.choice(list(RecordClass)[:3]),
        rule="",
        number=number,
        occurred_on=on,
        document_on=chance.choice([None, some_day(chance)]),
        document_no=f"{PERSON}号" if public else HIDDEN,
        detail=f"当事人 {PERSON}" if public else HIDDEN,
        public=public,
        max_until=until,
        state=chance.choice(list(RecordState)[1:]) if ended else RecordState.ACTIVE,
        ended_on=ended,
    )
    return record.marked("O1", some_day(chance)) if chance.random() < 0.3 else record


def a_subject(chance: random.Random, place: int) -> Subject:
    key = KEYS[place]
    identity = Identity(
        key=key,
        kind=SubjectKind.PERSON if place % 10 == 0 else SubjectKind.ORGANISATION,
        name="" if place % 10 == 0 else f"店{place % 7}",
        source_system="unit",
        region="640202",
        named_on=FIRST,
    )
    records = [a_record(chance, key, f"{place}-{n}") for n in range(chance.randrange(6))]
    return Subject(root=identity, records={record.record_id: record for record in records})


async def keep(url: str, subjects: Sequence[Subject]) -> None:
    """Store subjects as they are."""
    await migrate(url, Path(main.__file__).parent / "migrations")
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        transactions = Transactions(lambda: pool, StackClock(), "credit", "640202", lambda: None)
        async with transactions.begin() as tx:
            work = SqlWork(
                tx,
                RulebookCache(RULES),
                CalendarCache(),
                region="640202",
                process=PROCESS,
                constraints=CONSTRAINTS,
            )
            await work.load([Reassess(subject=i.key) for subject in subjects for i in subject.identities])
            for subject in subjects:
                work.subjects.save(subject)
            await work.flush()


@pytest.fixture
async def filled(database_url: str) -> tuple[str, list[Subject]]:
    """Many subjects, a third of them merged into the one before."""
    chance = random.Random(20260401)  # noqa: S311 - the same every time
    subjects = [a_subject(chance, place) for place in range(len(KEYS))]
    kept: list[Subject] = []
    for place, subject in enumerate(subjects):
        if place % 3 == 2 and subject.root.kind == kept[-1].root.kind:
            kept[-1].absorb(subject)
        else:
            kept.append(subject)
    await keep(database_url, kept)
    return database_url, kept


async def test_the_public_is_told_what_the_domain_would_show_and_nothing_else(
    filled: tuple[str, list[Subject]],
) -> None:
    url, subjects = filled
    engine = create_async_engine(sqlalchemy_url(url))
    chance = random.Random(7)  # noqa: S311 - the same every time
    some = 0
    async with engine.connect() as connection:
        for subject in subjects:
            today = some_day(chance)
            for identity in subject.identities:
                kind = SubjectKind(subject.root.kind)
                told = await queries.shown_of(connection, identity.key, kind, today)
                wanted = {r.record_id: r for r in subject.records.values() if r.shown_on(today)}
                parts = {name: told[name] if told else [] for name in ("records", "commendations", "lists")}
                found = {str(each["record_id"]): (name, each) for name, rows in parts.items() for each in rows}
                assert found.keys() == wanted.keys()
                assert (told is None) == (not wanted)
                assert HIDDEN not in str(told)
                assert PERSON not in str(told)
                for record_id, record in wanted.items():
                    name, each = found[record_id]
                    assert each["objection_pending"] == record.marked_on(today)
                    assert (name == "commendations") == (record.record_class is RecordClass.MERIT)
                    assert (name == "lists") == (record.kind in LISTS)
                some += len(wanted)
                other = {SubjectKind.PERSON, SubjectKind.ORGANISATION} - {kind}
                assert await queries.shown_of(connection, identity.key, other.pop(), today) is None
    await engine.dispose()
    assert some > 100


async def test_a_name_finds_the_organisations_that_have_something_to_show(
    filled: tuple[str, list[Subject]],
) -> None:
    url, subjects = filled
    engine = create_async_engine(sqlalchemy_url(url))
    today = FIRST + timedelta(days=700)
    async with engine.connect() as connection:
        for name in {f"店{n}" for n in range(7)}:
            wanted = [
                subject.root.key.id_no
                for subject in subjects
                if subject.root.kind == SubjectKind.ORGANISATION
                and name in {identity.name for identity in subject.identities}
                and any(record.shown_on(today) for record in subject.records.values())
            ]
            assert wanted
            assert [each["id_no"] for each in await queries.shown_as(connection, name, today)] == wanted
        assert await queries.shown_as(connection, "", today) == []
    await engine.dispose()


async def test_a_provisional_subject_is_never_shown(database_url: str) -> None:
    chance = random.Random(1)  # noqa: S311 - the same every time
    key = SubjectKey("099", "PROVISIONAL-unit-L1")
    subject = a_subject(chance, 1)
    record = replace(a_record(chance, key, "1"), public=True, max_until=None, ended_on=None, state=RecordState.ACTIVE)
    subject = Subject(root=replace(subject.root, key=key), records={record.record_id: record})
    await keep(database_url, [subject])
    engine = create_async_engine(sqlalchemy_url(database_url))
    async with engine.connect() as connection:
        today = FIRST + timedelta(days=2 * DAYS)
        assert await queries.shown_of(connection, key, SubjectKind.ORGANISATION, today) is None
        assert await queries.shown_as(connection, subject.root.name, today) == []
    await engine.dispose()
