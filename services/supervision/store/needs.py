"""What messages need (所需数据): which rows a batch of commands and events may ask for, and which keys it locks.

Every object is locked before it is read, so two batches never decide on the same object at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.approval import CaseCorrected, CaseDecided
from contracts.calendar import CalendarChanged
from contracts.credit import GradeChanged
from contracts.directory import DirectoryChanged
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from contracts.redress import ObjectionDecided, ObjectionLodged
from kernel.reckoning import Step
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision.domain.catalogue.commands import AskInForce, DraftVersion, LookAtVersion, VersionCommand
from supervision.domain.claim import ClaimTask
from supervision.domain.conflict import DeclareConflict, EndConflict
from supervision.domain.deadlines import ExplainDeadline, ExtendDeadline, ResumeDeadline, StopDeadline
from supervision.domain.evidence import AddEvidence
from supervision.domain.feedback import RaiseFeedback
from supervision.domain.inspection import ConcludeInspection, ConcludeTask
from supervision.domain.inspector import ChangeService, Inspector
from supervision.domain.plans.commands import AskMatter, AskPlan, DraftPlan, PlanCommand, UrgeFiling
from supervision.domain.plans.matter import Matter
from supervision.domain.publicity.commands import PublicityCommand
from supervision.domain.risk_object import ReclassifyObject
from supervision.domain.risk_override import RiskCommand
from supervision.domain.signature import AddSignature
from supervision.domain.verbs import (
    HandOver,
    InspectTask,
    PenaliseTask,
    PlanTask,
    ReferTask,
    ResumeObject,
    RouteTask,
    StartTask,
    SupplementTask,
    SuspendObject,
    TaskCommand,
    TransferTask,
    VerifyTask,
)
from supervision.domain.visit import PlanVisit
from supervision.domain.visits.commands import RequestVisit, ScanVisit, VisitCommand
from supervision.domain.visits.rating import RateVisit
from supervision.store.draw_needs import DrawNeeds

Pair = tuple[str, str]
Filing = tuple[str, int, Step]
"""Department, year, and the step it is urged with (备案督促)."""


@dataclass
class Needs:
    """Keys to read. Pairs begin with the source system, or with the id type."""

    objects: set[Pair] = field(default_factory=set)
    cases: set[Pair] = field(default_factory=set)
    decisions: set[tuple[str, str, int]] = field(default_factory=set)
    histories: set[Pair] = field(default_factory=set)
    """Objects whose every decision is needed: one of them was corrected."""
    tasks: set[str] = field(default_factory=set)
    deadlines: set[str] = field(default_factory=set)
    """Deadlines asked for by id; their tasks are found first."""
    numbers: dict[str, set[str]] = field(default_factory=dict)
    """Task id → inspection numbers whose source system is the task's."""
    inspections: set[Pair] = field(default_factory=set)
    inspectors: set[str] = field(default_factory=set)
    grades: set[Pair] = field(default_factory=set)
    graded: set[Pair] = field(default_factory=set)
    """Subjects whose grade changed: their objects are found and classified anew."""
    risks: set[Pair] = field(default_factory=set)
    """Objects that are classified; those of ``graded`` join them once they are found."""
    versions: set[str] = field(default_factory=set)
    """Catalogue versions somebody drafts, submits, publishes or retires."""
    shown: set[str] = field(default_factory=set)
    """Catalogue versions somebody looks at; not locked."""
    departments: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """People who left: their open tasks are needed, and the directory to find who takes over."""
    merged: set[str] = field(default_factory=set)
    """Departments that were merged: their open tasks are needed."""
    feedback: set[str] = field(default_factory=set)
    feedback_of: set[str] = field(default_factory=set)
    """Tasks whose feedback is asked for."""
    counting: bool = False
    """An alert rule may count one of the messages."""
    counted_on: set[date] = field(default_factory=set)
    """Days of inspections a rule may count, when one is in force by then."""
    regions: set[str] = field(default_factory=set)
    changing: set[str] = field(default_factory=set)
    """Inspectors whose registration or declarations may change."""
    conflicts: set[str] = field(default_factory=set)
    evidence: set[Pair] = field(default_factory=set)
    """Task and hash of evidence that is referred to."""
    blobs: set[str] = field(default_factory=set)
    """Hashes of contents that may have to be stored."""
    publications: set[str] = field(default_factory=set)
    overtaken: set[str] = field(default_factory=set)
    """Tasks whose publication a verb may overtake."""
    contested: set[Pair] = field(default_factory=set)
    """Inspections whose publication an objection is about."""
    matters: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    seen_matters: set[str] = field(default_factory=set)
    """Matters that are only read, of which one plan may name thousands; not locked."""
    seen_plans: set[str] = field(default_factory=set)
    filings: set[Filing] = field(default_factory=set)
    draws: DrawNeeds = field(default_factory=DrawNeeds)
    catalogue: bool = False
    new_years: bool = False
    visits: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    """Codes of site visits somebody scanned or rated."""
    visited_on: set[date] = field(default_factory=set)
    """Days of inspections that may be site visits, when rules are in force by then."""
    visiting: bool = False

    def locks(self) -> Iterator[str]:
        """What to hold until the commit."""
        yield from _keys("object", self.objects)
        yield from _keys("inspection", self.inspections)
        yield from _keys("grade", self.grades)
        yield from (f"department:{code}" for code in self.departments)
        yield from (f"person:{code}" for code in self.people)
        yield from (f"inspector:{code}" for code in self.changing)
        yield from (f"conflict:{conflict}" for conflict in self.conflicts)
        yield from (f"evidence:{blob}" for blob in self.blobs)
        yield from (f"plan:{plan_no}" for plan_no in self.plans)
        yield from (f"matter:{code}" for code in self.matters)
        yield from self.draws.locks()
        yield from (f"filing:{department}:{year}" for department, year, _ in self.filings)
        if self.new_years:
            yield "calendar"
        yield from (f"feedback:{feedback_id}" for feedback_id in self.feedback)
        if self.versions:
            yield "catalogue"


def needs_of(messages: Sequence[Any]) -> Needs:
    """The needs of all messages together. Raises TypeError for a message no handler takes."""
    needs = Needs()
    for message in messages:
        if not (_add_of_time(needs, message) or _add_of_visits(needs, message)):
            _add(needs, message)
    return needs


def _add_of_time(needs: Needs, message: Any) -> bool:
    """Needs of the sweep and the calendar; False for any other message."""
    match message:
        case TakeStep():
            needs.deadlines.add(message.deadline_id)
            needs.counting = True
        case RecomputeDeadline() | ExplainDeadline() | StopDeadline() | ResumeDeadline() | ExtendDeadline():
            needs.deadlines.add(message.deadline_id)
        case CalendarChanged():
            needs.new_years = True
        case _:
            return False
    return True


def _add_of_visits(needs: Needs, message: Any) -> bool:
    """Needs of site visits; True when nothing else is needed."""
    match message:
        case RequestVisit():
            needs.objects.add((message.source_system, message.object_no))
            needs.risks.add((message.source_system, message.object_no))
            needs.inspectors.update(message.officers)
            needs.visits |= {message.joint_with} if message.joint_with else set()
            needs.visiting = True
        case VisitCommand():
            needs.visits.add(message.visit_no)
        case ScanVisit() | RateVisit():
            needs.codes.add(message.code)
        case ConcludeInspection() | ConcludeTask() | InspectTask():
            needs.visited_on.add(message.report.inspected_on)
            return False
        case _:
            needs.visiting |= isinstance(message, PlanVisit | StartTask)
            return False
    return True


def _add(needs: Needs, message: Any) -> None:
    match message:
        case CaseDecided():
            needs.objects.add((message.source_system, message.object.object_no))
            needs.risks.add((message.source_system, message.object.object_no))
            needs.grades.add((message.subject.id_type, message.subject.id_no))
            needs.decisions.add((message.source_system, message.case_id, message.revision))
            needs.catalogue = True
            if isinstance(message, CaseCorrected):
                needs.cases.add((message.source_system, message.case_id))
                needs.histories.add((message.source_system, message.object.object_no))
        case ConcludeInspection():
            needs.objects.add((message.source_system, message.object_no))
            needs.inspections.add((message.source_system, message.report.inspection_no))
            needs.inspectors.update(message.report.inspectors)
            needs.catalogue = True
            needs.counted_on |= {message.report.inspected_on} if message.report.counts else set()
            needs.regions |= {message.region} if message.region else set()
        case ConcludeTask() | InspectTask():
            needs.tasks.add(message.task_id)
            needs.numbers.setdefault(message.task_id, set()).add(message.report.inspection_no)
            needs.inspectors.update(message.report.inspectors)
            needs.catalogue = True
            needs.counted_on |= {message.report.inspected_on} if message.report.counts else set()
        case GradeChanged():
            needs.grades.add((message.subject.id_type, message.subject.id_no))
            needs.graded.add((message.subject.id_type, message.subject.id_no))
            needs.catalogue = True
        case RiskCommand() | ReclassifyObject():
            needs.risks.add((message.source_system, message.object_no))
            needs.catalogue = True
        case DraftVersion() | VersionCommand():
            needs.versions.add(message.version)
        case LookAtVersion():
            needs.shown.add(message.version)
            needs.catalogue = True
        case AskInForce():
            needs.catalogue = True
        case _:
            _add_of_tasks(needs, message)


def _add_of_tasks(needs: Needs, message: Any) -> None:
    match message:
        case ClaimTask():
            needs.tasks.add(message.task_id)
            needs.inspectors.add(message.inspector)
        case TransferTask():
            needs.tasks.add(message.task_id)
            needs.inspectors.add(message.inspector)
        case RouteTask():
            needs.tasks.add(message.task_id)
            needs.departments.add(message.department)
        case PlanTask() | VerifyTask():
            needs.tasks.add(message.task_id)
            needs.overtaken |= {message.task_id} if isinstance(message, VerifyTask) else set()
            needs.inspectors.update(message.officers)
            needs.catalogue = True
        case ReferTask() | SupplementTask():
            needs.tasks.add(message.task_id)
            needs.counting = True
        case HandOver():
            needs.tasks.update(message.tasks)
            needs.inspectors |= set() if message.departments else {message.taker}
        case TaskCommand():
            needs.tasks.add(message.task_id)
            needs.overtaken |= {message.task_id} if isinstance(message, PenaliseTask) else set()
        case PlanVisit():
            needs.objects.add((message.source_system, message.object_no))
            needs.inspectors.update(message.officers)
            needs.catalogue = True
        case SuspendObject() | ResumeObject():
            needs.objects.add((message.source_system, message.object_no))
        case _:
            _add_of_officers(needs, message)


def _add_of_officers(needs: Needs, message: Any) -> None:
    match message:
        case Inspector() | ChangeService():
            needs.inspectors.add(message.code)
            needs.changing.add(message.code)
        case DeclareConflict():
            needs.inspectors.add(message.inspector)
            needs.changing.add(message.inspector)
        case EndConflict():
            needs.conflicts.add(message.conflict_id)
        case AddEvidence():
            needs.tasks.add(message.task_id)
            needs.inspectors |= {message.by} if message.by else set()
            needs.blobs.add(message.sha256)
            needs.catalogue = True
        case AddSignature():
            needs.tasks.add(message.task_id)
            needs.numbers.setdefault(message.task_id, set()).add(message.inspection_no)
            needs.inspectors.add(message.by)
            if message.evidence:
                needs.evidence.add((message.task_id, message.evidence))
        case _:
            _add_linkage(needs, message)


def _add_linkage(needs: Needs, message: Any) -> None:
    """What joins the two sides: the directory, feedback and its answers."""
    match message:
        case ObjectionLodged() | ObjectionDecided():
            needs.contested.add((message.source_system, message.inspection_no))
        case PublicityCommand():
            needs.publications.add(message.publication_no)
            needs.inspectors.add(message.by)
            needs.people.add(message.by)
        case RaiseFeedback():
            needs.tasks.add(message.task_id)
            needs.feedback_of.add(message.task_id)
            needs.inspectors.add(message.by)
            needs.people.add(message.by)
        case FeedbackAnswered() | FeedbackOverdue():
            needs.feedback.add(message.feedback_id)
        case DirectoryChanged():
            (needs.people if message.person else needs.departments).add(message.code)
            needs.left |= {message.code} if message.person and message.person.left_on else set()
            needs.merged |= {message.code} if message.department and message.department.merged_into else set()
        case _:
            _add_of_plans(needs, message)


def _add_of_plans(needs: Needs, message: Any) -> None:
    match message:
        case Matter():
            needs.matters.add(message.code)
        case DraftPlan():
            needs.plans.add(message.plan_no)
            needs.seen_matters |= message.content.matters
        case PlanCommand():
            needs.plans.add(message.plan_no)
        case AskPlan():
            needs.seen_plans.add(message.plan_no)
            needs.catalogue = True
        case AskMatter():
            needs.seen_matters.add(message.code)
            needs.catalogue = True
        case UrgeFiling():
            needs.filings.add((message.department, message.year, message.step))
        case _:
            needs.draws.add(needs, message)


def _keys(kind: str, pairs: Iterable[Pair]) -> Iterator[str]:
    return (f"{kind}:{first}:{second}" for first, second in pairs)
