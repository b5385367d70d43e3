"""An enterprise reports what it put right and adds pictures, on its own tasks alone; the officer is told."""

from typing import Any

import pytest

from kernel.inspection import InspectionResult, TaskState
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.claim import ClaimTask
from supervision.domain.enterprise import ENTERPRISE, AddOwnEvidence, ReportOwn
from supervision.domain.verbs import InspectTask, RectifyTask
from tests.fakes.officers import PNG, a_file
from tests.fakes.supervised import a_report, decided
from tests.unit.supervision.conftest import Office


@pytest.fixture
def task_id(office: Office) -> str:
    """A task that waits for its enterprise to put something right."""
    office.does(handlers.on_case_decided, decided())
    (task,) = office.database.tasks.values()
    office.does(handlers.claim_task, ClaimTask(task_id=task.task_id, inspector="orange-1"))
    office.does(handlers.inspect_task, InspectTask(task_id=task.task_id, report=a_report(result=InspectionResult.FAIL)))
    office.does(
        handlers.order_rectification, RectifyTask(task_id=task.task_id, by="orange-1", demand="生熟分开", limit=None)
    )
    return task.task_id


def own(office: Office, task_id: str, **changes: Any) -> dict[str, Any]:
    holder = office.database.tasks[task_id].holder
    return {"task_id": task_id, "id_type": holder.id_type, "id_no": holder.id_no} | changes


def with_picture(office: Office, task_id: str, **changes: Any) -> AddOwnEvidence:
    plain = {**vars(a_file(task_id)), **own(office, task_id, **changes)}
    return AddOwnEvidence(**plain)


def test_what_it_reports_stands_in_the_round_and_the_officer_is_told(office: Office, task_id: str) -> None:
    task = office.does(handlers.report_own, ReportOwn(**own(office, task_id), report="已分开存放"))
    last = task.rounds[-1]
    assert (task.state, last.report, last.reported_by) == (TaskState.RECTIFYING, "已分开存放", ENTERPRISE)
    told = [notice for notice in office.database.notices.values() if notice.kind == "RECTIFICATION_REPORTED"]
    assert [notice.person for notice in told] == ["orange-1"]


def test_a_picture_is_kept_as_that_of_the_enterprise(office: Office, task_id: str) -> None:
    kept = office.does(handlers.add_own_evidence, with_picture(office, task_id))
    assert (kept.added_by, kept.task_id, office.database.files.blobs[kept.sha256]) == (ENTERPRISE, task_id, PNG)


@pytest.mark.parametrize("changes", [{"id_no": "91999999MA0000000X"}, {"id_type": "002"}])
def test_the_task_of_another_is_answered_as_one_that_is_not_there(
    office: Office, task_id: str, changes: dict[str, Any]
) -> None:
    for handle, command in (
        (handlers.report_own, ReportOwn(**own(office, task_id, **changes), report="已改")),
        (handlers.add_own_evidence, with_picture(office, task_id, **changes)),
    ):
        with pytest.raises(Refusal) as said:
            office.does(handle, command)
        assert said.value.code == "not-found"


def test_nothing_is_reported_where_nothing_was_ordered(office: Office) -> None:
    office.does(handlers.on_case_decided, decided())
    (task,) = office.database.tasks.values()
    for handle, command in (
        (handlers.report_own, ReportOwn(**own(office, task.task_id), report="已改")),
        (handlers.add_own_evidence, with_picture(office, task.task_id)),
    ):
        with pytest.raises(Refusal) as said:
            office.does(handle, command)
        assert said.value.code == "verb-not-now"
