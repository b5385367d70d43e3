"""What the tests of supervision talk about (被测的监管事实): builders of catalogues, decisions, reports and what others tell."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from contracts.approval import CaseCorrected, CaseDecided
from contracts.credit import GradeChanged
from contracts.directory import DepartmentEntry, DirectoryChanged, PersonEntry
from contracts.event import Object, Subject
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.inspection import InspectionResult, LineResult
from supervision import handlers
from supervision.domain.catalogue import (
    CatalogueVersion,
    Checklist,
    ChecklistLine,
    Link,
    Trigger,
    VersionRecord,
    VersionState,
)
from supervision.domain.catalogue.commands import DraftVersion, PublishVersion, SubmitVersion
from supervision.domain.feedback import Feedback, RaiseFeedback
from supervision.domain.inspection import ConcludeInspection, Finding, Line, Report
from supervision.domain.inspector import Inspector
from supervision.settings import SupervisionSettings

NOON = datetime(2011, 9, 2, 4, tzinfo=UTC)
"""Noon in China on 2011-09-02."""
TODAY = date(2011, 9, 2)
SOURCE = "chicago"
RULES = SupervisionSettings().process_rules()


def a_link(code: str = "FOOD", **changes: Any) -> Link:
    plain: dict[str, Any] = {
        "code": code,
        "item_code": "1006",
        "triggers": frozenset({Trigger.NEW, Trigger.CHANGE, Trigger.RENEW}),
        "department": "DEMO-FOOD",
        "check_kind": "ROUTINE",
        "checklist": "FOOD-44",
        "effective_from": date(2000, 1, 1),
    }
    return Link(**plain | changes)


def a_checklist(code: str = "FOOD-44", lines: int = 44) -> Checklist:
    return Checklist(
        code=code,
        name="食品经营检查表",
        lines=tuple(ChecklistLine(code=str(number), text=f"检查项 {number}") for number in range(1, lines + 1)),
    )


def a_version(*links: Link, version: str = "2010-1", **changes: Any) -> CatalogueVersion:
    plain: dict[str, Any] = {
        "version": version,
        "effective_from": date(2000, 1, 1),
        "checklists": (a_checklist(), a_checklist("OTHER-5", lines=5)),
        "links": links or (a_link(),),
    }
    return CatalogueVersion(**plain | changes)


def published(version: CatalogueVersion) -> VersionRecord:
    """The record of a version two persons have published."""
    return VersionRecord(
        content=version,
        state=VersionState.PUBLISHED,
        drafted_by="drafter",
        drafted_at=NOON,
        submitted_by="drafter",
        submitted_at=NOON,
        published_by="publisher",
        published_at=NOON,
    )


def publishing(version: CatalogueVersion) -> list[tuple[Any, Any]]:
    """The handlers and commands that bring a version into force, by two persons."""
    name = version.version
    return [
        (handlers.draft_version, DraftVersion(content=version, by="drafter")),
        (handlers.submit_version, SubmitVersion(version=name, by="drafter")),
        (handlers.publish_version, PublishVersion(version=name, by="publisher")),
    ]


def decided(case_id: str = "C1", object_no: str = "O1", object_version: int = 1, **changes: Any) -> CaseDecided:
    return CaseDecided(**_said(case_id, object_no, object_version) | changes)


def corrected(case_id: str = "C1", object_no: str = "O1", object_version: int = 2, **changes: Any) -> CaseCorrected:
    said = _said(case_id, object_no, object_version) | {"revision": 2, "corrects_revision": 1}
    return CaseCorrected(**said | changes)


def _said(case_id: str, object_no: str, object_version: int) -> dict[str, Any]:
    return {
        "source_system": SOURCE,
        "region": "640202",
        "case_id": case_id,
        "revision": 1,
        "kind": DecisionKind.NEW,
        "item_code": "1006",
        "decided_on": date(2011, 9, 1),
        "subject": Subject(id_type="099", id_no="S1", kind="ORGANISATION", name="某餐馆"),
        "object": Object(object_no=object_no, name="某店", address="某路 1 号"),
        "object_version": object_version,
    }


def a_report(number: str = "I1", failed: Sequence[str] = (), **changes: Any) -> Report:
    lines = tuple(Line(str(code), LineResult.FAIL if str(code) in failed else LineResult.PASS) for code in range(1, 45))
    plain: dict[str, Any] = {
        "inspection_no": number,
        "inspected_on": TODAY,
        "inspectors": ("orange-1", "orange-2"),
        "result": InspectionResult.FAIL if failed else InspectionResult.PASS,
        "lines": lines,
    }
    return Report(**plain | changes)


def an_inspection(number: str = "I1", object_no: str = "O1", **changes: Any) -> ConcludeInspection:
    of_report = set(changes) - {"object_version", "object_name", "region", "source_system"}
    report = a_report(number, **{name: changes.pop(name) for name in of_report})
    plain: dict[str, Any] = {"source_system": SOURCE, "object_no": object_no, "report": report}
    return ConcludeInspection(**plain | changes)


def assessed(version: int, grade: Grade) -> GradeChanged:
    return GradeChanged(
        source_system="chicago",
        region="640202",
        subject=Subject(id_type="099", id_no="S1", kind="ORGANISATION", name="某餐馆"),
        version=version,
        grade=grade,
        previous=None,
        score=100 - version,
        scorecard="2026-1",
        assessed_on=date(2011, 9, version),
    )


def department_told(code: str = "DEMO-FOOD", version: int = 1, **changes: Any) -> DirectoryChanged:
    entry = DepartmentEntry(**{"name": f"示例部门 {code}", "liaison": "p-liaison"} | changes)
    return DirectoryChanged(source_system="directory", region="640202", code=code, version=version, department=entry)


def person_told(code: str = "orange-1", version: int = 1, **changes: Any) -> DirectoryChanged:
    entry = PersonEntry(**{"department": "DEMO-FOOD"} | changes)
    return DirectoryChanged(source_system="directory", region="640202", code=code, version=version, person=entry)


def a_feedback(task_id: str, **changes: Any) -> RaiseFeedback:
    plain: dict[str, Any] = {
        "task_id": task_id,
        "kind": FeedbackKind.REVOKE,
        "reason": "多次检查不合格",
        "legal_basis": "食品安全法第122条",
        "by": "orange-1",
    }
    return RaiseFeedback(**plain | changes)


def _about(feedback: Feedback) -> dict[str, Any]:
    return {
        "source_system": feedback.source_system,
        "region": feedback.region,
        "feedback_id": feedback.feedback_id,
        "case_id": feedback.case_id,
        "task_id": feedback.task_id,
        "department": feedback.department,
        "kind": feedback.kind,
        "subject": Subject(id_type="099", id_no="S1", kind="ORGANISATION"),
        "object": Object(object_no=feedback.object_no),
    }


def answered(feedback: Feedback, **changes: Any) -> FeedbackAnswered:
    plain: dict[str, Any] = {"accepted": False, "reason": "证据不足", "answered_by": "lia-1", "answered_at": NOON}
    return FeedbackAnswered(**_about(feedback), **plain | changes)


def overdue(feedback: Feedback) -> FeedbackOverdue:
    return FeedbackOverdue(**_about(feedback), due_on=TODAY, overdue_since=NOON)


def found(line: str, severity: Any, note: str = "") -> Finding:
    return Finding(line, severity, note)


def inspectors() -> list[Inspector]:
    food = [Inspector(code=f"orange-{n}", name=f"执法员{n}", department="DEMO-FOOD") for n in (1, 2)]
    return [*food, *(Inspector(code=f"fire-{n}", name=f"消防员{n}", department="DEMO-FIRE") for n in (1, 2))]


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)
