"""What the chain needs (审管联动所需): decisions, inspections, grades, the sweep and the calendar, the directory."""

from typing import Any

from contracts.apikey import ApiKeyChanged
from contracts.approval import CaseCorrected, CaseDecided
from contracts.calendar import CalendarChanged
from contracts.credit import GradeChanged
from contracts.directory import DirectoryChanged
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision.domain.catalogue.commands import AskInForce, DraftVersion, LookAtVersion, VersionCommand
from supervision.domain.deadlines import ExplainDeadline, ExtendDeadline, ResumeDeadline, StopDeadline
from supervision.domain.feedback import RaiseFeedback
from supervision.domain.inspection import ConcludeInspection, ConcludeTask
from supervision.domain.risk_object import ReclassifyObject
from supervision.domain.risk_override import RiskCommand
from supervision.domain.verbs import (
    InspectTask,
)
from supervision.store.needs.keys import Needs


def add(needs: Needs, message: Any) -> bool:
    """Decisions, inspections by object, grades, risk classes and the catalogue; False for any other message."""
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
            needs.graded.add((message.subject.id_type, message.subject.id_no, message.grade.value))
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
            return False
    return True


def add_of_time(needs: Needs, message: Any) -> bool:
    """Needs of the sweep and the calendar; False for any other message."""
    match message:
        case TakeStep():
            needs.deadlines.add(message.deadline_id)
            needs.counting = True
        case RecomputeDeadline() | ExplainDeadline() | StopDeadline() | ResumeDeadline() | ExtendDeadline():
            needs.deadlines.add(message.deadline_id)
        case ApiKeyChanged():
            pass  # the newest version is found where it is written
        case CalendarChanged():
            needs.new_years = True
        case _:
            return False
    return True


def add_of_linkage(needs: Needs, message: Any) -> bool:
    """The directory, feedback and its answers; False for any other message."""
    match message:
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
            return False
    return True
