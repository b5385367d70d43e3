"""What planned and announced checks and complaints need (抽查、入企检查、公示、投诉举报所需)."""

from typing import Any

from contracts.redress import ObjectionDecided, ObjectionLodged
from supervision.domain.complaint import UNLICENSED, ReceiveComplaint, RevealComplainant, TellComplainant
from supervision.domain.inspection import ConcludeInspection, ConcludeTask
from supervision.domain.joint_visit import PlanVisit
from supervision.domain.plans.commands import AskMatter, AskPlan, DraftPlan, PlanCommand, UrgeFiling
from supervision.domain.plans.matter import Matter
from supervision.domain.publicity.commands import PublicityCommand
from supervision.domain.verbs import (
    InspectTask,
    StartTask,
)
from supervision.domain.visits.commands import RequestVisit, ScanVisit, VisitCommand
from supervision.domain.visits.rating import RateVisit
from supervision.domain.visits.recusal import AnswerRecusal, AskRecusal
from supervision.store.needs.keys import Needs


def add_of_plans(needs: Needs, message: Any) -> bool:
    """Matters and annual plans; False for any other message."""
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
            return False
    return True


def add_of_visits(needs: Needs, message: Any) -> bool:
    """Needs of site visits; True when nothing else is needed."""
    match message:
        case RequestVisit():
            needs.objects.add((message.source_system, message.object_no))
            needs.risks.add((message.source_system, message.object_no))
            needs.inspectors.update(message.officers)
            needs.visits |= {message.joint_with} if message.joint_with else set()
            needs.visiting = True
        case AnswerRecusal():
            needs.visits.add(message.visit_no)
            needs.inspectors.add(message.officer)
            needs.changing.add(message.officer)
        case VisitCommand():
            needs.visits.add(message.visit_no)
        case ScanVisit() | RateVisit() | AskRecusal():
            needs.codes.add(message.code)
        case ConcludeInspection() | ConcludeTask() | InspectTask():
            needs.visited_on.add(message.report.inspected_on)
            return False
        case _:
            needs.visiting |= isinstance(message, PlanVisit | StartTask)
            return False
    return True


def add_of_complaints(needs: Needs, message: Any) -> bool:
    """Complaints; False for any other message."""
    match message:
        case ReceiveComplaint():
            needs.complaint_numbers.add((message.channel, message.complaint_no))
            needs.catalogue = True
            needs.departments |= {message.department} if message.department else set()
            if message.object_no:
                needs.objects.add((message.source_system, message.object_no))
            else:
                needs.complained.add(message.id_no)
                needs.objects.add((UNLICENSED, message.id_no))
        case RevealComplainant() | TellComplainant():
            needs.complaints.add(message.complaint_id)
        case _:
            return False
    return True


def add_of_publicity(needs: Needs, message: Any) -> bool:
    """What is publicised, and objections to it; False for any other message."""
    match message:
        case ObjectionLodged() | ObjectionDecided():
            needs.contested.add((message.source_system, message.inspection_no))
        case PublicityCommand():
            needs.publications.add(message.publication_no)
            needs.inspectors.add(message.by)
            needs.people.add(message.by)
        case _:
            return False
    return True
