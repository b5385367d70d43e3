"""The office presses for open tasks: each leaves its trace, each person hears of it once, a preview changes nothing."""

from typing import Any

import pytest

from contracts.watch import TaskUrged
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.urging import MOST, Measure, Urged, UrgeTasks
from supervision.domain.verbs import CloseTask
from supervision.domain.words import CloseReason
from tests.fakes.supervised import decided
from tests.fakes.supervision import FakeDatabase, FakeWork, furnished

WHY = "省级督查要求本周办结"


@pytest.fixture
def database() -> FakeDatabase:
    """One task that waits to be claimed by DEMO-FOOD, of whose posts nobody is known."""
    database = furnished()
    work = FakeWork(database)
    handlers.on_case_decided(work, decided())
    work.commit()
    return database


def the_task(database: FakeDatabase) -> Task:
    (task,) = database.tasks.values()
    return task


def urge(database: FakeDatabase, *tasks: str, measure: Measure = Measure.URGE, preview: bool = False) -> Urged:
    work = FakeWork(database)
    said = UrgeTasks(
        tasks=tasks or (the_task(database).task_id,), measure=measure, reason=WHY, preview=preview, by="office-1"
    )
    receipt = handlers.urge_tasks(work, said)
    work.commit()
    return receipt


def test_urging_tells_whom_the_matter_lies_with_and_the_head(database: FakeDatabase) -> None:
    task = the_task(database)
    receipt = urge(database)
    assert (receipt.urged, receipt.left) == ((task.task_id,), {})
    said = database.said[-1]
    assert isinstance(said, TaskUrged)
    assert (said.measure, said.by, said.reason, list(receipt.told)) == ("URGE", "office-1", WHY, list(said.to))
    assert said.to == ("LIAISON:DEMO-FOOD", "HEAD:DEMO-FOOD")
    change = database.changes[-1]
    assert (change.verb, change.by, change.before, change.after) == (Verb.URGE, "office-1", task.state, task.state)
    assert the_task(database) == task


def test_escalating_tells_the_superior_too(database: FakeDatabase) -> None:
    receipt = urge(database, measure=Measure.ESCALATE)
    assert list(receipt.told)[2:] == ["SUPERIOR:DEMO-FOOD"]
    assert database.changes[-1].verb is Verb.ESCALATE


def test_once_claimed_it_lies_with_the_officer(database: FakeDatabase) -> None:
    work = FakeWork(database)
    handlers.claim_task(work, ClaimTask(task_id=the_task(database).task_id, inspector="orange-1"))
    work.commit()
    assert next(iter(urge(database).told)) == "orange-1"


def test_a_preview_says_the_same_and_changes_nothing(database: FakeDatabase) -> None:
    before = (len(database.said), len(database.changes))
    seen = urge(database, preview=True)
    assert (len(database.said), len(database.changes)) == before
    assert urge(database) == seen


def test_what_is_closed_or_unknown_is_left_out_and_named(database: FakeDatabase) -> None:
    task_id = the_task(database).task_id
    work = FakeWork(database)
    handlers.claim_task(work, ClaimTask(task_id=task_id, inspector="orange-1"))
    handlers.close_task(work, CloseTask(task_id=task_id, by="orange-1", reason=CloseReason.CEASED, note="停业"))
    work.commit()
    receipt = urge(database, task_id, task_id, "nobody")
    assert (receipt.urged, receipt.left, receipt.told) == ((), {task_id: "task-not-open", "nobody": "not-found"}, {})


@pytest.mark.parametrize("wrong", [{"tasks": ()}, {"tasks": ("t",) * (MOST + 1)}, {"reason": " "}, {"by": ""}])
def test_what_cannot_be_meant_is_refused(wrong: dict[str, Any]) -> None:
    said: dict[str, Any] = {"tasks": ("t",), "measure": Measure.URGE, "reason": WHY, "by": "office-1"}
    with pytest.raises(Refusal, match="invalid-content"):
        UrgeTasks(**said | wrong)
