"""Certificates, conflicts, evidence and signatures come back as they went, from PostgreSQL and from the fake."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import asyncpg
import pytest

from chassis.migrations import migrate
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.certificate import Certificate
from supervision.domain.conflict import EndConflict
from supervision.domain.inspection import ConcludeTask
from supervision.domain.inspector import ChangeService
from tests.contract.test_supervision_store import MIGRATIONS, FakeStore, SqlStore, Store, all_of, one, publish, seen
from tests.fakes.officers import PNG, Bytes, a_file, declaring, of_subject, signing
from tests.fakes.supervised import NOON, TODAY, a_report, a_version, an_inspection, decided, inspectors

BIG = PNG + bytes(range(256)) * 20_000


@pytest.fixture
async def sql_store(database_url: str) -> AsyncIterator[SqlStore]:
    await migrate(database_url, MIGRATIONS)
    pool = await asyncpg.create_pool(database_url, min_size=1, max_size=4)
    yield SqlStore(pool)
    await pool.close()


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty_store(request: pytest.FixtureRequest) -> Store:
    chosen: Store = FakeStore() if request.param == "fake" else request.getfixturevalue("sql_store")
    return chosen


@pytest.fixture
async def store(empty_store: Store) -> Store:
    await furnish(empty_store)
    return empty_store


async def furnish(store: Store) -> None:
    await all_of(store, handlers.register_inspector, inspectors())
    await publish(store, a_version())
    await one(store, handlers.on_case_decided, decided())


async def task_of(store: Store) -> str:
    (task,) = await seen(store, decided(), lambda work: work.tasks.open_on("chicago", "O1"))
    return str(task.task_id)


async def count(store: SqlStore, table: str) -> int:
    return int(await store.pool.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - a constant of this file


@pytest.mark.parametrize(
    "certificate",
    [
        None,
        Certificate(no="宁执法 0001"),
        Certificate(no="A", valid_from=TODAY, valid_to=TODAY),
        Certificate(no="A", valid_to=TODAY),
    ],
)
async def test_a_certificate_comes_back_as_it_went(store: Store, certificate: Certificate | None) -> None:
    officer = replace(inspectors()[0], certificate=certificate)
    await one(store, handlers.register_inspector, officer)
    assert await seen(store, officer, lambda work: work.inspectors.known([officer.code])) == {officer.code: officer}


async def test_who_left_stays_away_until_they_are_back(store: Store) -> None:
    officer = inspectors()[0]
    await one(store, handlers.change_service, ChangeService(code=officer.code, left_on=TODAY))
    assert (await one(store, handlers.register_inspector, officer)).duplicate
    kept = await seen(store, officer, lambda work: work.inspectors.known([officer.code]))
    assert kept[officer.code].left_on == TODAY
    await one(store, handlers.change_service, ChangeService(code=officer.code, left_on=None))
    kept = await seen(store, officer, lambda work: work.inspectors.known([officer.code]))
    assert kept[officer.code].left_on is None


async def test_conflicts_come_back_as_they_went_and_end(store: Store) -> None:
    first, second, other = await all_of(
        store, handlers.declare_conflict, [declaring(valid_to=date(2012, 1, 1)), of_subject(), declaring("fire-1")]
    )
    theirs = await seen(store, an_inspection(), lambda work: work.conflicts.of(["orange-1", "orange-2"]))
    assert sorted(theirs, key=lambda c: c.conflict_id) == [first.conflict, second.conflict]
    end = EndConflict(conflict_id=first.conflict.conflict_id, on=TODAY, by="chief")
    ended = await one(store, handlers.end_conflict, end)
    assert await seen(store, end, lambda work: work.conflicts.get(end.conflict_id)) == ended
    assert (ended.valid_to, ended.ended_at) == (TODAY, NOON)
    assert other.conflict.inspector == "fire-1"


async def test_a_conflict_declared_in_a_batch_is_seen_by_the_next_of_it(store: Store) -> None:
    receipts = await all_of(store, handlers.declare_conflict, [declaring(), declaring()])
    assert [receipt.duplicate for receipt in receipts] == [False, True]
    with pytest.raises(Refusal, match="conflict-of-interest"):
        await one(store, handlers.conclude_inspection, an_inspection())


async def test_a_file_sent_twice_is_two_records(store: Store) -> None:
    task_id = await task_of(store)
    command = a_file(task_id, BIG, line_code="3", note="全景")
    first, second = [await one(store, handlers.add_evidence, command) for _ in range(2)]
    assert first.evidence_id < second.evidence_id
    assert replace(second, evidence_id=first.evidence_id) == first
    sign = signing(task_id, evidence=command.sha256)
    kept = await seen(store, sign, lambda work: work.evidence.of_task(task_id, command.sha256))
    assert kept in {first, second}


async def test_of_another_task_or_another_file_there_is_no_evidence(store: Store) -> None:
    task_id = await task_of(store)
    sign = signing(task_id)
    assert await seen(store, sign, lambda work: work.evidence.of_task(task_id, sign.evidence)) is None


async def test_a_signature_rests_on_the_evidence_and_the_inspection_of_its_task(store: Store) -> None:
    task_id = await task_of(store)
    with pytest.raises(Refusal, match="not-found"):
        await one(store, handlers.add_signature, signing(task_id))
    await one(store, handlers.add_evidence, a_file(task_id))
    await one(store, handlers.conclude_task, ConcludeTask(task_id=task_id, report=a_report()))
    signed = await one(store, handlers.add_signature, signing(task_id))
    assert (signed.source_system, signed.evidence) == ("chicago", sha256(PNG).hexdigest())
    refusing = signing(task_id, evidence="", refused=True, reason="不愿", sealed_name=None, masked_name="")
    assert (await one(store, handlers.add_signature, refusing)).refused
    assert (await one(store, handlers.add_signature, signing(task_id, evidence="", on_paper=True))).on_paper


async def test_what_is_refused_stores_no_content(store: Store) -> None:
    task_id = await task_of(store)
    with pytest.raises(Refusal, match="line-unknown"):
        await one(store, handlers.add_evidence, a_file(task_id, line_code="99"))
    sign = signing(task_id)
    assert await seen(store, sign, lambda work: work.evidence.of_task(task_id, sign.evidence)) is None


@pytest.mark.servers
async def test_one_content_is_stored_once_whoever_sends_it_at_once(sql_store: SqlStore) -> None:
    await furnish(sql_store)
    task_id = await task_of(sql_store)
    await asyncio.gather(*(one(sql_store, handlers.add_evidence, a_file(task_id, PNG)) for _ in range(4)))
    assert [await count(sql_store, table) for table in ("evidence", "evidence_blob")] == [4, 1]
    pieces = await sql_store.pool.fetch("SELECT content FROM evidence_chunk ORDER BY number")
    assert b"".join(row["content"] for row in pieces) == PNG
    assert len(pieces) == len(list(Bytes(PNG).pieces()))


@pytest.mark.servers
@pytest.mark.parametrize("table", ["evidence", "evidence_blob", "evidence_chunk", "signature"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {}", "TRUNCATE {} CASCADE"])
async def test_the_database_lets_nobody_change_or_delete_evidence(sql_store: SqlStore, table: str, change: str) -> None:
    columns = {"evidence": "name = ''", "evidence_blob": "size = 1", "evidence_chunk": "number = 9"}
    statement = change.format(table, columns.get(table, "reason = ''"))
    with pytest.raises(asyncpg.RaiseError, match="only added to"):
        await sql_store.pool.execute(statement)


@pytest.mark.servers
async def test_contents_are_not_compressed_a_second_time(sql_store: SqlStore) -> None:
    storage = await sql_store.pool.fetchval(
        "SELECT attstorage FROM pg_attribute WHERE attrelid = 'evidence_chunk'::regclass AND attname = 'content'"
    )
    assert storage == b"e"


@pytest.mark.servers
async def test_asking_for_what_was_not_loaded_is_a_mistake_not_an_absence(sql_store: SqlStore) -> None:
    async with sql_store.begin() as work:
        await work.load([inspectors()[0]])
        asked: list[Any] = [
            lambda: work.conflicts.get("none"),
            lambda: work.conflicts.of(["nobody"]),
            lambda: work.evidence.of_task("none", "none"),
        ]
        for ask in asked:
            with pytest.raises(KeyError):
                ask()
