"""Complaints in both works of supervision: kept as they came, once each, found by number, by task, and by whom they are about."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import asyncpg
import pytest

from contracts.event import Subject
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.complaint import Complaint, RevealComplainant, TellComplainant, TellingMeans
from supervision.domain.verbs import CloseTask
from supervision.domain.words import CloseReason
from tests.contract.test_supervision_store import FakeStore, SqlStore, Store, all_of, one, publish, seen, sql_store
from tests.fakes.complaints import CHANNELS, USCC, a_complaint
from tests.fakes.supervised import NOON, a_link, a_version, decided, department_told, inspectors

__all__ = ["sql_store"]

ENTERPRISE = Subject(id_type="001", id_no=USCC, kind="ORGANISATION", name="示例甲号餐饮服务有限公司")
LOOK = RevealComplainant(complaint_id="", by="orange-1", reason="回复投诉人")


class Channelled(SqlStore):
    """With the channels as shipped."""

    more: ClassVar[Mapping[str, Any]] = {"complaint_rules": CHANNELS}


@pytest.fixture
async def channelled(sql_store: SqlStore) -> Channelled:
    return Channelled(sql_store.pool)


@pytest.fixture(params=["fake", pytest.param("sql", marks=pytest.mark.servers)])
def empty(request: pytest.FixtureRequest) -> Store:
    if request.param == "sql":
        real: Store = request.getfixturevalue("channelled")
        return real
    return FakeStore()


@pytest.fixture
async def store(empty: Store) -> Store:
    await all_of(empty, handlers.register_inspector, inspectors())
    await publish(empty, a_version(a_link()))
    await one(empty, handlers.on_directory_changed, department_told())
    return empty


async def receive(store: Store, number: int = 1, **changes: Any) -> Any:
    return (await one(store, handlers.receive_complaint, a_complaint(number, **changes))).complaint


async def kept(store: Store, complaint: Complaint) -> Complaint:
    look = replace(LOOK, complaint_id=complaint.complaint_id)
    found: Complaint = await seen(store, look, lambda work: work.complaints.get(complaint.complaint_id))
    return found


async def test_a_complaint_comes_back_as_it_went(store: Store) -> None:
    complaint = await receive(store, item_code="1006")
    assert await kept(store, complaint) == complaint
    task = await seen(
        store,
        ClaimTask(task_id=complaint.task_id, inspector="orange-1"),
        lambda work: work.tasks.get(complaint.task_id),
    )
    assert (task.complaint_id, task.purpose, task.link_code) == (complaint.complaint_id, "FOR_CAUSE", "")


async def test_a_number_is_entered_once(store: Store) -> None:
    first, other = a_complaint(), replace(a_complaint(), complaint_id=a_complaint(9).complaint_id)
    receipts = await all_of(store, handlers.receive_complaint, [first, other])
    assert [receipt.duplicate for receipt in receipts] == [False, True]
    assert (await one(store, handlers.receive_complaint, other)).duplicate
    with pytest.raises(Refusal, match="complaint-differs"):
        await receive(store, digest=b"another")


async def test_the_objects_of_whom_it_is_about_are_found(store: Store) -> None:
    await one(store, handlers.on_case_decided, decided(subject=ENTERPRISE))
    assert (await receive(store)).subject_name == ENTERPRISE.name
    await one(store, handlers.on_case_decided, decided("C2", "O2", subject=ENTERPRISE))
    with pytest.raises(Refusal, match="object-needed"):
        await receive(store, 2)
    named = await receive(store, 2, source_system="chicago", object_no="O2")
    assert (await kept(store, named)).id_no == USCC


async def test_several_complaints_of_one_department_stand_beside_each_other(store: Store) -> None:
    complaints = [await receive(store, number) for number in (1, 2)]
    assert len({complaint.task_id for complaint in complaints}) == len(complaints)


async def test_closing_its_task_answers_it_and_looks_are_kept(store: Store) -> None:
    complaint = await receive(store)
    await one(store, handlers.claim_task, ClaimTask(task_id=complaint.task_id, inspector="orange-1"))
    close = CloseTask(task_id=complaint.task_id, by="orange-1", reason=CloseReason.CEASED, note="已停业")
    await one(store, handlers.close_task, close)
    await one(store, handlers.reveal_complainant, replace(LOOK, complaint_id=complaint.complaint_id))
    answered = complaint.answered(CloseReason.CEASED, "已停业", "", NOON)
    assert await kept(store, complaint) == answered
    tell = TellComplainant(complaint_id=complaint.complaint_id, by="orange-1", told_at=NOON, means=TellingMeans.LETTER)
    await one(store, handlers.tell_complainant, tell)
    assert await kept(store, complaint) == answered.told(tell, NOON)
    assert [event.fact for event in await store.said()].count("supervision.complaint.answered") == 1


@pytest.mark.servers
async def test_the_database_keeps_looks_and_one_origin_of_a_task(sql_store: SqlStore) -> None:
    store = Channelled(sql_store.pool)
    await publish(store, a_version(a_link()))
    await one(store, handlers.on_directory_changed, department_told())
    complaint = await receive(store)
    await one(store, handlers.reveal_complainant, replace(LOOK, complaint_id=complaint.complaint_id))
    with pytest.raises(asyncpg.RaiseError, match="only added to"):
        await store.pool.execute("DELETE FROM complaint_look")
    for change in ("link_code = 'FOOD', case_id = 'C1'", "purpose = 'ROUTINE'", "complaint_id = NULL"):
        with pytest.raises(asyncpg.CheckViolationError):
            await store.pool.execute(f"UPDATE task SET {change} WHERE task_id = $1", complaint.task_id)  # noqa: S608 - constants
