"""Work follows the directory: who takes over when a person left or a department was merged, and what stays."""

from datetime import date
from typing import Any

import pytest

from contracts.process import TaskHandedOver
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.task import Task
from tests.fakes.supervised import a_link, a_version, decided, department_told, person_told
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished

LEFT = date(2011, 9, 2)


def told(database: FakeDatabase, handle: Any, message: Any) -> None:
    work = FakeWork(database)
    handle(work, message)
    work.commit()


def learns(database: FakeDatabase, *said: Any) -> None:
    for event in said:
        told(database, handlers.on_directory_changed, event)


def the_task(database: FakeDatabase) -> Task:
    (task,) = database.tasks.values()
    return task


@pytest.fixture
def database() -> FakeDatabase:
    """One task, claimed by orange-1 of DEMO-FOOD, whose liaison is lia-1."""
    database = furnished()
    told(database, handlers.on_case_decided, decided())
    told(database, handlers.claim_task, ClaimTask(task_id=the_task(database).task_id, inspector="orange-1"))
    learns(database, department_told(liaison="lia-1"))
    return database


def test_the_successor_takes_over_and_it_is_told(database: FakeDatabase) -> None:
    learns(database, person_told(left_on=LEFT, successor="orange-2"))
    assert (the_task(database).claimed_by, the_task(database).state) == ("orange-2", "CLAIMED")
    said = database.said[-1]
    assert isinstance(said, TaskHandedOver)
    assert (said.person, said.successor, said.by) == ("orange-1", "orange-2", "system")
    assert "2011-09-02" in said.reason


@pytest.mark.parametrize(
    ("known", "left", "taker"),
    [
        ([], {}, "lia-1"),
        ([person_told("orange-2", left_on=LEFT)], {"successor": "orange-2"}, "lia-1"),
        ([person_told("orange-2", left_on=LEFT, successor="orange-3")], {"successor": "orange-2"}, "orange-3"),
        ([person_told("orange-2", left_on=LEFT, successor="orange-1")], {"successor": "orange-2"}, "lia-1"),
        ([person_told("lia-1", left_on=LEFT)], {}, "orange-1"),
        ([department_told(version=2, liaison="orange-1")], {}, "orange-1"),
        ([department_told(version=2, liaison="")], {}, "orange-1"),
    ],
    ids=["nobody-named", "successor-left", "chain", "circle", "liaison-left", "liaison-is-who-left", "no-liaison"],
)
def test_who_takes_over(database: FakeDatabase, known: list[Any], left: dict[str, Any], taker: str) -> None:
    learns(database, *known, person_told(left_on=LEFT, **left))
    assert the_task(database).claimed_by == taker


def test_an_old_version_and_somebody_in_office_move_nothing(database: FakeDatabase) -> None:
    learns(database, person_told(version=3), person_told(version=2, left_on=LEFT, successor="orange-2"))
    assert the_task(database).claimed_by == "orange-1"


@pytest.mark.parametrize(
    ("said", "department"),
    [
        ([department_told(version=2, merged_into="NEW")], "NEW"),
        ([department_told("NEW", merged_into="NEWER"), department_told(version=2, merged_into="NEW")], "NEWER"),
        ([department_told("NEW", merged_into="DEMO-FOOD"), department_told(version=2, merged_into="NEW")], "DEMO-FOOD"),
        ([department_told(version=2, name="改名")], "DEMO-FOOD"),
    ],
    ids=["merged", "chain", "circle", "renamed-under-its-code"],
)
def test_a_merged_department_hands_over_with_state_and_officer(
    database: FakeDatabase, said: list[Any], department: str
) -> None:
    learns(database, *said)
    task = the_task(database)
    assert (task.department, task.claimed_by, task.state) == (department, "orange-1", "CLAIMED")


def test_what_the_other_department_already_has_stays_where_it_is() -> None:
    database = furnished(a_version(a_link(), a_link("FIRE", department="DEMO-FIRE")))
    told(database, handlers.on_case_decided, decided())
    learns(database, department_told(merged_into="DEMO-FIRE"))
    assert sorted(task.department for task in database.tasks.values()) == ["DEMO-FIRE", "DEMO-FOOD"]
    assert not any(isinstance(event, TaskHandedOver) for event in database.said)
