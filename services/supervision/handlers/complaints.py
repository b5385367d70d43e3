"""Complaints (投诉举报): received, they make a task for cause; the department may ask who complained; closed, they are answered.

A task made so has no link, no case and no draw behind it: one complaint, one task.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.subject import IdType, SubjectKind
from supervision import outgoing
from supervision.domain import complaint as domain
from supervision.domain import register
from supervision.domain.catalogue import Link, Method, Relation
from supervision.domain.catalogue.period import in_force
from supervision.domain.complaint import (
    UNLICENSED,
    ComplainantLook,
    Complaint,
    ReceiveComplaint,
    RevealComplainant,
    TellComplainant,
)
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.register import Holder, RegisteredObject
from supervision.domain.task import Task
from supervision.domain.words import Purpose
from supervision.handlers import clocks, risk
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class ComplaintReceipt:
    """登记回执. ``duplicate``: the very same was entered before."""

    complaint: Complaint
    duplicate: bool


def receive_complaint(work: Work, command: ReceiveComplaint) -> ComplaintReceipt:
    """登记: its task is for whoever supervises the item, or the department that is named.

    Refuses ``complaint-differs`` (409), ``channel-unknown``, ``invalid-content``, ``object-needed``, ``object-elsewhere``,
    ``subject-name-needed``, ``department-needed`` (422).
    """
    if known := work.complaints.numbered(command.channel, command.complaint_no):
        known.require_same(command)
        return ComplaintReceipt(complaint=known, duplicate=True)
    channel = work.complaints.rules.channel(command.channel)
    command.require_past(work.now)
    version, link = _link(work, command)
    task = _task(work, command, _object(work, command), version, link)
    complaint = _kept(work, command, task)
    work.complaints.save(complaint)
    work.tasks.save(task)
    clocks.begin(work, task, DeadlineKind.CLAIM, work.rules.claim, work.now)
    clocks.begin(work, task, DeadlineKind.COMPLAINT, channel.limit, command.received_at)
    work.publish(outgoing.complaint_received(complaint, task))
    clocks.tell(work, outgoing.task_created(task))
    return ComplaintReceipt(complaint=complaint, duplicate=False)


def reveal_complainant(work: Work, command: RevealComplainant) -> Complaint:
    """查看投诉人, traced in the same transaction. Refuses ``not-found`` (404)."""
    complaint = work.complaints.get(command.complaint_id)
    if complaint is None:
        raise domain.no_such_complaint(command.complaint_id)
    look = ComplainantLook(
        complaint_id=complaint.complaint_id, by=command.by, at=work.now, reason=command.reason.strip()
    )
    work.complaints.note(look)
    return complaint


def tell_complainant(work: Work, command: TellComplainant) -> Complaint:
    """登记告知. Refuses ``not-found`` (404), ``complaint-open``, ``complainant-told`` (409), ``invalid-content`` (422)."""
    complaint = work.complaints.get(command.complaint_id)
    if complaint is None:
        raise domain.no_such_complaint(command.complaint_id)
    after = complaint.told(command, work.now)
    if after != complaint:
        work.complaints.save(after)
    return after


def follow(work: Work, task: Task, at: datetime, reason: str) -> None:
    """Its task changed: the complaint is where that is; answered (办结反馈) once it is closed."""
    complaint = work.complaints.get(task.complaint_id)
    if complaint is None or complaint.answered_at:
        return
    after = replace(complaint, department=task.department)
    if task.close_reason:
        after = after.answered(task.close_reason, reason, task.inspection_no, at)
        work.publish(outgoing.complaint_answered(after, task))
    if after != complaint:
        work.complaints.save(after)


def _object(work: Work, command: ReceiveComplaint) -> RegisteredObject:
    """What it is about: as named, else the only object of the subject, else one nobody has a licence for."""
    if command.object_no:
        entry = work.objects.get(command.source_system, command.object_no)
        if entry is None or entry.holder.id_no != command.id_no:
            raise domain.object_elsewhere(command.object_no)
        return entry
    found = work.objects.held_by(IdType.USCC, command.id_no)
    if len(found) > 1:
        raise domain.object_needed()
    if found:
        return found[0]
    if not command.subject_name.strip():
        raise domain.name_needed()
    name = command.subject_name.strip()
    holder = Holder(id_type=IdType.USCC, id_no=command.id_no, kind=SubjectKind.ORGANISATION, name=name)
    entry = register.unregistered(UNLICENSED, command.id_no, name, work.region)
    entry = replace(entry, holder=holder, address=command.address.strip())
    work.objects.save(entry)
    risk.first_seen(work, entry)
    return entry


def _link(work: Work, command: ReceiveComplaint) -> tuple[str, Link | None]:
    """The catalogue version of today and the link of who is to see to it, where an item is named."""
    version = work.catalogues.current.in_force(work.today)
    mine = [
        link
        for link in (version.links if version else ())
        if link.item_code == command.item_code
        and link.relation is Relation.PRIMARY
        and command.department in {"", link.department}
        and in_force(work.today, *link.period)
    ]
    if not command.department and len({link.department for link in mine}) != 1:
        raise domain.department_needed(sorted({link.department for link in mine}))
    return (version.version, mine[0]) if version and mine else ("", None)


def _task(work: Work, command: ReceiveComplaint, entry: RegisteredObject, version: str, link: Link | None) -> Task:
    named = work.directory.department(command.department) if command.department else None
    return Task(
        task_id=work.tasks.new_id(),
        source_system=entry.source_system,
        object_no=entry.object_no,
        holder=entry.holder,
        object_name=entry.name,
        object_address=entry.address,
        region=entry.region,
        department=command.department or (link.department if link else ""),
        created_at=work.now,
        purpose=Purpose.FOR_CAUSE,
        checklist=link.checklist if link else "",
        check_kind=link.check_kind if link else "",
        catalogue_version=version,
        items=(command.item_code,) if command.item_code else (),
        liaison=link.liaison if link else named.liaison if named else "",
        complaint_id=command.complaint_id,
        visit_exemption=work.visits.rules.made_with(Purpose.FOR_CAUSE, Method.ON_SITE, work.today),
    )


def _kept(work: Work, command: ReceiveComplaint, task: Task) -> Complaint:
    return Complaint(
        complaint_id=command.complaint_id,
        channel=command.channel,
        complaint_no=command.complaint_no,
        task_id=task.task_id,
        id_no=command.id_no,
        subject_name=task.holder.name,
        region=task.region,
        department=task.department,
        item_code=command.item_code,
        content=command.content,
        received_at=command.received_at,
        reply_wanted=command.reply_wanted,
        masked_name=command.masked_name,
        masked_contact=command.masked_contact,
        sealed_name=command.sealed_name,
        sealed_contact=command.sealed_contact,
        digest=command.digest,
        entered_by=command.by,
        entered_at=work.now,
    )
