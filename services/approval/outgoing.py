"""Outgoing (对外发布): the one place where a fact of this service becomes an event. Personal numbers and names stop here."""

from datetime import date, datetime
from typing import Any

from approval.domain.api_key import ApiKey
from approval.domain.case import Decision
from approval.domain.directory import Department, Person
from approval.domain.feedback import Feedback
from approval.domain.item import Item
from contracts import apikey, calendar
from contracts.approval import CaseCorrected, CaseDecided, ItemListed
from contracts.directory import SOURCE, DepartmentEntry, DirectoryChanged, PersonEntry
from contracts.event import Object, Subject
from contracts.feedback import FeedbackAnswered, FeedbackOverdue
from kernel.calendar import CalendarYear


def case_told(decision: Decision) -> CaseDecided:
    """``CaseDecided`` for a first statement, ``CaseCorrected`` for a later revision."""
    statement = decision.statement
    if statement.correction:
        return CaseCorrected(**_facts(decision), corrects_revision=statement.revision - 1)
    return CaseDecided(**_facts(decision))


def department_told(department: Department, region: str) -> DirectoryChanged:
    """部门已变更."""
    entry = DepartmentEntry(
        name=department.name,
        uscc=department.uscc,
        head=department.head,
        liaison=department.liaison,
        superior=department.superior,
        merged_into=department.merged_into,
    )
    return DirectoryChanged(
        source_system=SOURCE, region=region, code=department.code, version=department.version, department=entry
    )


def person_told(person: Person, region: str) -> DirectoryChanged:
    """人员已变更; the name stays here."""
    entry = PersonEntry(
        department=person.department, left_on=person.left_on, successor=person.successor, deputy=person.deputy
    )
    return DirectoryChanged(source_system=SOURCE, region=region, code=person.code, version=person.version, person=entry)


def item_told(item: Item, region: str) -> ItemListed:
    """审批事项已列入目录, or changed."""
    return ItemListed(
        source_system=SOURCE,
        region=region,
        item_code=item.item_code,
        name=item.name,
        department=item.department,
        public_safety=item.public_safety,
        version=item.version,
    )


def year_told(year: CalendarYear, region: str) -> calendar.CalendarChanged:
    """工作日历已变更."""
    return calendar.CalendarChanged(
        source_system=calendar.SOURCE,
        region=region,
        year=year.year,
        version=year.version,
        working=tuple(sorted(year.working)),
        free=tuple(sorted(year.free)),
        provisional=year.provisional,
        source=year.source,
    )


def key_told(key: ApiKey, region: str) -> apikey.ApiKeyChanged:
    """接口密钥已变更; the secret is not known here."""
    grant = key.grant
    return apikey.ApiKeyChanged(
        source_system=apikey.SOURCE,
        region=region,
        key_id=key.key_id,
        version=key.version,
        digest=key.digest.hex(),
        scopes=grant.scopes,
        source_systems=grant.source_systems,
        regions=grant.regions,
        departments=grant.departments,
        expires_on=grant.expires_on,
        revoked=key.revoked_at is not None,
    )


def feedback_answered(feedback: Feedback) -> FeedbackAnswered:
    """反馈已答复.

    Raises:
        ValueError: it is not answered.
    """
    if feedback.accepted is None or feedback.answered_at is None:
        raise ValueError(f"feedback {feedback.feedback_id} is not answered")
    return FeedbackAnswered(
        **_about(feedback),
        accepted=feedback.accepted,
        reason=feedback.answer_reason,
        answered_by=feedback.answered_by,
        answered_at=feedback.answered_at,
        decision_case_id=feedback.decision_case_id,
        decision_revision=feedback.decision_revision,
        decision_kind=feedback.decision_kind,
    )


def feedback_overdue(feedback: Feedback, due_on: date, since: datetime) -> FeedbackOverdue:
    """反馈逾期未答复."""
    return FeedbackOverdue(**_about(feedback), due_on=due_on, overdue_since=since)


def _about(feedback: Feedback) -> dict[str, Any]:
    return {
        "source_system": feedback.source_system,
        "region": feedback.region,
        "feedback_id": feedback.feedback_id,
        "case_id": feedback.case_id,
        "task_id": feedback.task_id,
        "department": feedback.department,
        "kind": feedback.kind,
        "subject": Subject(
            id_type=feedback.subject.id_type,
            id_no=feedback.subject.id_no,
            kind=feedback.subject_kind,
            name=feedback.subject_name,
        ),
        "object": Object(object_no=feedback.object_no, name=feedback.object_name, address=feedback.object_address),
    }


def _facts(decision: Decision) -> dict[str, Any]:
    statement = decision.statement
    holder = statement.subject
    return {
        "source_system": statement.source_system,
        "case_id": statement.case_id,
        "revision": statement.revision,
        "kind": statement.kind,
        "item_code": statement.item_code,
        "region": statement.region,
        "decided_on": statement.decided_on,
        "valid_from": statement.valid_from,
        "valid_to": statement.valid_to,
        "commitment": statement.commitment,
        "existing": statement.existing,
        "licence_no": statement.licence_no,
        "by_deceit": statement.by_deceit,
        "subject": Subject(
            id_type=decision.subject.id_type,
            id_no=decision.subject.id_no,
            kind=holder.kind.value,
            name="" if holder.natural else holder.name,
        ),
        "object": Object(
            object_no=statement.object.object_no,
            name=statement.object.name,
            address=statement.object.address,
        ),
        "object_version": decision.object_version,
    }
