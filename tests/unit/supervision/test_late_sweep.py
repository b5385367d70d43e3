"""A late sweep acts as if on time (迟到的清扫): waiting in one jump leaves what waiting hour by hour leaves."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.watch import DeadlineEvent
from kernel.inspection import InspectionResult
from kernel.limit import Limit
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.verbs import InspectTask, RectifyTask, ReturnTask
from tests.fakes.supervised import a_link, a_report, a_version, decided
from tests.fakes.supervision import FakeDatabase, furnished
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.leads import KNOWN
from tests.unit.supervision.test_task_life import sweep

LIMITS: dict[str, Any] = {
    "claim_limit": Limit.parse("2wd"),
    "first_check_limit": Limit.parse("5wd"),
    "feedback_limit": Limit.parse("1wd"),
    "liaison": "liaison-1",
}
DONE_BEFORE = ("nothing", "claimed", "returned", "inspected", "rectifying")


def begun(before: str) -> Office:
    """A task that has come so far, with the clocks that go with it."""
    office = Office(furnished(a_version(a_link(**LIMITS))))
    office.database.years = {year.year: year for year in KNOWN}
    office.does(handlers.on_case_decided, decided(commitment=True))
    task_id = next(iter(office.database.tasks))
    if before == "nothing":
        return office
    if before == "returned":
        office.does(handlers.return_task, ReturnTask(task_id=task_id, by="boss-1", reason="不属本局"))
        return office
    office.does(handlers.claim_task, ClaimTask(task_id=task_id, inspector="orange-1"))
    if before in {"inspected", "rectifying"}:
        failed = a_report(failed=["3"], result=InspectionResult.FAIL)
        office.does(handlers.inspect_task, InspectTask(task_id=task_id, report=failed))
    if before == "rectifying":
        office.does(handlers.order_rectification, RectifyTask(task_id=task_id, by="orange-1", demand="整改"))
    return office


def left(database: FakeDatabase) -> Any:
    """All that is left: clocks, tasks, traces, notices, and what was told of the clocks."""
    told = [event for event in database.said if isinstance(event, DeadlineEvent)]
    return database.deadlines, database.tasks, database.changes, database.notices, told


@settings(max_examples=60)
@given(
    before=st.sampled_from(DONE_BEFORE),
    waits=st.lists(st.integers(min_value=1, max_value=24 * 9), min_size=1, max_size=12),
)
def test_one_jump_leaves_what_many_small_ones_leave(before: str, waits: list[int]) -> None:
    patient, late = begun(before), begun(before)
    for hours in waits:
        patient.now += timedelta(hours=hours)
        sweep(patient)
    late.now += timedelta(hours=sum(waits))
    sweep(late)
    assert left(late.database) == left(patient.database)


def test_the_property_sees_cards_and_claims_for_the_liaison() -> None:
    """Without these the property above would compare nothing with nothing."""
    office = begun("nothing")
    office.now += timedelta(days=40)
    sweep(office)
    routine = next(iter(office.database.tasks.values()))
    assert routine.claimed_automatically
    assert {"YELLOW", "RED"} <= {notice.kind for notice in office.database.notices.values()}
    assert {"CLAIM", "FIRST_CHECK"} <= {clock.kind for clock in office.database.deadlines.values()}
