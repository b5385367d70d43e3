"""The fake store of supervision.

The fake is trusted because tests/contract/test_supervision_store.py holds it to the same suite as PostgreSQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.event import Event
from kernel.alert import AlertRule
from kernel.calendar import Calendar, CalendarYear
from kernel.clock import china_day
from kernel.deadline import Deadline
from kernel.notice import Notice
from supervision.domain.alerts import Alert, AlertRules, Tally
from supervision.domain.catalogue import (
    CatalogueVersion,
    VersionRecord,
)
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision
from supervision.domain.directory import Department, Person
from supervision.domain.feedback import Feedback
from supervision.domain.history import TaskChange
from supervision.domain.inspection import Inspection
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.watch import Office
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
from tests.fakes.supervised import (
    NOON,
    RULES,
    a_version,
    inspectors,
    published,
)
from tests.fakes.visits import FakeVisits, VisitFile
from tests.fakes.watch import FakeAlerts, FakeDeadlines, FakeNotices, FakeOffices


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


def furnished(*versions: CatalogueVersion) -> FakeDatabase:
    """A database with inspectors and a catalogue."""
    return FakeDatabase(
        inspectors={inspector.code: inspector for inspector in inspectors()},
        versions=[published(version) for version in versions or (a_version(),)],
    )
