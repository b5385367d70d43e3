"""A deadline that is stopped, resumed or extended says so: who, why, what it ends with, and the new end."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.process import ObjectSuspended
from contracts.watch import DeadlineExtended, DeadlineResumed, DeadlineStopped
from kernel.calendar import CalendarYear
from kernel.deadline import Deadline, DeadlineState
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.deadlines import DeadlineKind, ExplainDeadline, ExtendDeadline, ResumeDeadline, StopDeadline
from supervision.domain.verbs import ResumeObject, SuspendObject
from tests.fakes.supervised import SOURCE, a_link, a_version, decided, later
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

KNOWN = CalendarYear(year=2011, version=1, working=frozenset(), free=frozenset(), provisional=False, source="test")
OBJECT: dict[str, Any] = {"source_system": SOURCE, "object_no": "O1", "by": "boss-1"}


@pytest.fixture
def office() -> Office:
    """One task, claimed on Friday 2 September 2011, to be checked within five workdays."""
    office = Office(furnished(a_version(a_link(first_check_limit=Limit.parse("5wd")))))
    office.database.years = {2011: KNOWN}
    office.does(handlers.on_case_decided, decided())
    (task_id,) = office.database.tasks
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    office.database.said.clear()
    return office


def clock(office: Office) -> Deadline:
    (found,) = [each for each in office.database.deadlines.values() if each.kind == DeadlineKind.FIRST_CHECK]
    return found


def stop(office: Office, reason: str = "不可抗力") -> None:
    office.does(handlers.stop_deadline, StopDeadline(deadline_id=clock(office).deadline_id, reason=reason, by="boss-1"))


def test_a_stop_by_hand_is_told_with_the_end_as_it_was(office: Office) -> None:
    stop(office)
    told = office.last(DeadlineStopped)
    assert (told.by, told.reason, told.cause, told.at) == ("boss-1", "不可抗力", "", office.now)
    assert (told.kind, told.due_on, told.case_id, told.department) == (
        *("FIRST_CHECK", date(2011, 9, 9)),
        *("C1", "DEMO-FOOD"),
    )


def test_a_resumption_is_told_with_the_new_end_and_the_old_one(office: Office) -> None:
    before = clock(office).due_at
    stop(office)
    office.now = later(10)
    office.does(handlers.resume_deadline, ResumeDeadline(deadline_id=clock(office).deadline_id, by="boss-2"))
    told = office.last(DeadlineResumed)
    assert (told.by, told.at, told.was_due_at) == ("boss-2", office.now, before)
    assert (told.due_at, told.due_on) == (clock(office).due_at, clock(office).due_on)
    assert told.due_at > before


def test_an_extension_is_told_and_the_name_of_who_approved_it_is_not(office: Office) -> None:
    before = clock(office).due_at
    extend = ExtendDeadline(
        deadline_id=clock(office).deadline_id, limit="3wd", approved_by="张三", reason="案情复杂", by="boss-1"
    )
    office.does(handlers.extend_deadline, extend)
    told = office.last(DeadlineExtended)
    assert (told.by, told.reason, told.limit, told.was_due_at) == ("boss-1", "案情复杂", "3wd", before)
    assert (told.due_on, told.at) == (date(2011, 9, 14), office.now)
    assert "张三" not in repr(told)
    assert clock(office).extensions[-1].approved_by == "张三"


def test_a_deadline_extended_long_ago_beyond_all_sense_is_not_counted_day_by_day(office: Office) -> None:
    explain = ExplainDeadline(clock(office).deadline_id)
    assert len(office.does(handlers.explain_deadline, explain)["days"]) == 8
    kept = replace(clock(office), due_at=later(7400))
    office.database.deadlines[kept.deadline_id] = kept
    with pytest.raises(Refusal) as refused:
        office.does(handlers.explain_deadline, explain)
    assert refused.value.code == "count-too-long"


def test_what_is_refused_is_not_told(office: Office) -> None:
    stop(office)
    office.database.said.clear()
    with pytest.raises(Refusal):
        stop(office)
    assert office.said == []


def test_a_standstill_is_told_of_each_clock_with_its_cause(office: Office) -> None:
    office.does(handlers.suspend_object, SuspendObject(**OBJECT, standstill="CLOSED", reason="停业整顿"))
    told = office.last(DeadlineStopped)
    assert (told.by, told.reason, told.cause) == ("boss-1", "停业整顿", "STANDSTILL")
    assert office.last(ObjectSuspended).tasks == (told.task_id,)
    office.now += timedelta(days=3)
    office.does(handlers.resume_object, ResumeObject(**OBJECT, reason="恢复"))
    assert (office.last(DeadlineResumed).by, office.last(DeadlineResumed).due_at) == ("boss-1", clock(office).due_at)


def test_a_clock_that_begins_on_an_object_at_a_standstill_tells_that_it_waits(office: Office) -> None:
    office.does(handlers.suspend_object, SuspendObject(**OBJECT, standstill="WITHHELD", reason="暂扣"))
    again = a_link("SECOND", item_code="1007", checklist="OTHER-5", claim_limit=Limit.parse("2wd"))
    office.database.versions = furnished(a_version(again)).versions
    office.does(handlers.on_case_decided, decided("C2", object_version=2, item_code="1007"))
    told = office.last(DeadlineStopped)
    assert (told.kind, told.by, told.reason, told.cause) == ("CLAIM", "system", "WITHHELD", "STANDSTILL")


@pytest.mark.parametrize(
    ("reason", "by", "cause", "resumes"),
    [
        ("停业: 停业整顿", "", "", True),
        ("停业: 由经办人写明", "boss-1", "", False),
        ("不可抗力", "", "", False),
        ("停业整顿", "boss-1", "STANDSTILL", True),
    ],
    ids=["as once written", "by hand, worded alike", "by hand, once", "as written now"],
)
def test_an_object_that_resumes_wakes_what_its_standstill_stopped(
    office: Office, reason: str, by: str, cause: str, *, resumes: bool
) -> None:
    office.does(handlers.suspend_object, SuspendObject(**OBJECT, standstill="CLOSED", reason="停业"))
    stopped = clock(office)
    kept = replace(stopped, stops=(replace(stopped.stops[-1], reason=reason, by=by, cause=cause),))
    office.database.deadlines[kept.deadline_id] = kept
    office.does(handlers.resume_object, ResumeObject(**OBJECT, reason="恢复"))
    assert clock(office).state is (DeadlineState.RUNNING if resumes else DeadlineState.STOPPED)
