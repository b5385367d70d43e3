"""The fake store of supervision and builders of what its tests talk about.

The fake is trusted because tests/contract/test_supervision_store.py holds it to the same suite as PostgreSQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.approval import CaseCorrected, CaseDecided
from contracts.credit import GradeChanged
from contracts.directory import DepartmentEntry, DirectoryChanged, PersonEntry
from contracts.event import Event, Object, Subject
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from kernel.alert import AlertRule
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.credit import Grade
from kernel.deadline import Deadline
from kernel.decision import DecisionKind
from kernel.feedback import FeedbackKind
from kernel.inspection import InspectionResult, LineResult
from kernel.notice import Notice
from supervision import handlers
from supervision.domain.alerts import Alert, AlertRules, Tally
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
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.directory import Department, Person
from supervision.domain.feedback import Feedback, RaiseFeedback
from supervision.domain.history import TaskChange
from supervision.domain.inspection import ConcludeInspection, Finding, Inspection, Line, Report
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.watch import Office
from supervision.settings import SupervisionSettings
from tests.fakes.complaints import ComplaintFile, FakeComplaints
from tests.fakes.draws import DrawFile, FakeDraws
from tests.fakes.keys import FakeKeys
from tests.fakes.officers import FakeConflicts, FakeEvidence, FakeSignatures, Files
from tests.fakes.plans import FakePlans, PlanFile
from tests.fakes.publicity import FakePublications, PublicityFile
from tests.fakes.risk import FakeRisks, RiskFile
from tests.fakes.stored import (
    FakeCatalogues,
    FakeDecisions,
    FakeDirectory,
    FakeFeedback,
    FakeGrades,
    FakeInspections,
    FakeInspectors,
    FakeObjects,
    FakeTasks,
)
from tests.fakes.visits import FakeVisits, VisitFile
from tests.fakes.watch import FakeAlerts, FakeDeadlines, FakeNotices, FakeOffices

NOON = datetime(2011, 9, 2, 4, tzinfo=UTC)
"""Noon in China on 2011-09-02."""
TODAY = date(2011, 9, 2)
SOURCE = "chicago"
RULES = SupervisionSettings().process_rules()


@dataclass
class FakeDatabase:
    """What was flushed."""

    objects: dict[tuple[str, str], RegisteredObject] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    decisions: dict[tuple[str, str, int], AppliedDecision] = field(default_factory=dict)
    inspections: dict[tuple[str, str], Inspection] = field(default_factory=dict)
    inspectors: dict[str, Inspector] = field(default_factory=dict)
    grades: dict[tuple[str, str], SubjectGrade] = field(default_factory=dict)
    versions: list[VersionRecord] = field(default_factory=list)
    feedback: dict[str, Feedback] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    years: dict[int, CalendarYear] = field(default_factory=dict)
    deadline_log: list[tuple[str, str]] = field(default_factory=list)
    said: list[Event] = field(default_factory=list)
    tallies: dict[tuple[AlertRule, str, str], Tally] = field(default_factory=dict)
    alerts: list[Alert] = field(default_factory=list)
    alert_rules: AlertRules = field(default_factory=AlertRules)
    visits: set[tuple[str, str, date]] = field(default_factory=set)
    offices: dict[str, Office] = field(default_factory=dict)
    notices: dict[tuple[str, str, str], Notice] = field(default_factory=dict)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    changes: list[TaskChange] = field(default_factory=list)
    files: Files = field(default_factory=Files)
    risk: RiskFile = field(default_factory=RiskFile)
    visiting: VisitFile = field(default_factory=VisitFile)
    publicity: PublicityFile = field(default_factory=PublicityFile)
    plans: PlanFile = field(default_factory=PlanFile)
    draws: DrawFile = field(default_factory=DrawFile)
    complaints: ComplaintFile = field(default_factory=ComplaintFile)
    ids: int = 0

    @property
    def calendar(self) -> Calendar:
        """The calendar the years make."""
        return Calendar(self.years.values())

    def new_id(self) -> str:
        """The next of 1, 2, 3 … as a UUID."""
        self.ids += 1
        return str(UUID(int=self.ids))


class FakeWork:
    """ports.StoredWork on dictionaries; nothing reaches the database before flush."""

    def __init__(self, database: FakeDatabase, now: datetime = NOON, region: str = "640202") -> None:
        self._database = database
        self.now = now
        self.today = china_day(now)
        self.region = region
        self.objects = FakeObjects(database.objects)
        self.tasks = FakeTasks(database.tasks, database.new_id)
        self.rules = RULES
        self.held_keys = FakeKeys()
        self.decisions = FakeDecisions(database.decisions)
        self.inspections = FakeInspections(database.inspections)
        self.inspectors = FakeInspectors(database.inspectors)
        self.catalogues = FakeCatalogues(database.versions)
        self.grades = FakeGrades(database.grades)
        self.feedback = FakeFeedback(database.feedback)
        self.directory = FakeDirectory(database.departments, database.people)
        self.alerts = FakeAlerts(database.alert_rules, database.tallies, database.alerts, database.visits)
        self.offices = FakeOffices(database.offices)
        self.notices = FakeNotices(database.notices)
        self.deadlines = FakeDeadlines(database.deadlines, database.deadline_log)
        self.years = dict(database.years)
        self.risks = FakeRisks(database.risk)
        self.visits = FakeVisits(database.visiting)
        self.publications = FakePublications(database.publicity, database.departments)
        self.plans = FakePlans(database.plans)
        self.draws = FakeDraws(database.draws, self)
        self.complaints = FakeComplaints(database.complaints)
        self.conflicts = FakeConflicts(database.files)
        self.evidence = FakeEvidence(database.files)
        self.signatures = FakeSignatures(database.files)
        self.said: list[Event] = []

    @property
    def calendar(self) -> Calendar:
        return Calendar(self.years.values())

    def keep_year(self, year: CalendarYear) -> None:
        known = self.years.get(year.year)
        if known is None or known.version < year.version:
            self.years[year.year] = year

    def publish(self, event: Event) -> None:
        self.said.append(event)

    async def load(self, messages: Sequence[Any]) -> None:
        """Everything is there already."""

    async def flush(self) -> None:
        self.commit()

    def commit(self) -> None:
        self._database.objects = self.objects.rows
        self._database.tasks = self.tasks.rows
        self._database.changes += self.tasks.notes
        self.tasks.notes = []
        self._database.decisions = self.decisions.rows
        self._database.inspections = self.inspections.rows
        self._database.inspectors = self.inspectors.rows
        self._database.grades = self.grades.rows
        self._database.versions = list(self.catalogues.records.values())
        self._database.feedback = self.feedback.rows
        self._database.departments, self._database.people = self.directory.departments, self.directory.people
        self._database.tallies = self.alerts.tallies
        self._database.alerts = self.alerts.alerts
        self._database.visits = self.alerts.days
        self._database.notices = self.notices.known
        self._database.deadlines, self._database.years = self.deadlines.rows, self.years
        self._database.deadline_log = self.deadlines.log
        for part in (
            self.risks,
            self.visits,
            self.plans,
            self.publications,
            self.conflicts,
            self.evidence,
            self.signatures,
            self.draws,
            self.complaints,
        ):
            part.commit()
        self._database.said += self.said
        self.said = []


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


def furnished(*versions: CatalogueVersion) -> FakeDatabase:
    """A database with inspectors and a catalogue."""
    return FakeDatabase(
        inspectors={inspector.code: inspector for inspector in inspectors()},
        versions=[published(version) for version in versions or (a_version(),)],
    )
