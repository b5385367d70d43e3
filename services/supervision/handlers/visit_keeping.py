"""Keeping of site visits (入企检查留存): every step ends here; what happens to tasks and inspections finds its visit here.

An inspection on site is never lost: without an announced visit it is recorded as one, counted, flagged and told.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kernel.subject import SubjectKind
from kernel.visit import VisitAct, VisitKind, VisitState
from supervision.domain.catalogue import Method
from supervision.domain.history import SYSTEM
from supervision.domain.inspection import Report
from supervision.domain.inspector import Inspector
from supervision.domain.joint_visit import PlanVisit
from supervision.domain.task import Task
from supervision.domain.visits import RequireVisit, SiteVisit, VisitChange, VisitEdition, refusals
from supervision.domain.visits.counting import uses_of
from supervision.handlers import visit_notices
from supervision.outgoing.visits import visit_changed
from supervision.ports import Work


def keep(work: Work, before: SiteVisit | None, after: SiteVisit, act: VisitAct, by: str, reason: str = "") -> SiteVisit:
    """Save a changed visit with its trace and tell the others; what changed nothing is silent."""
    if after == before:
        return after
    after = after.waiting(work.today, edition_of(work, after).entry_days)
    work.visits.save(after)
    change = VisitChange(
        visit_no=after.visit_no,
        act=act,
        by=by,
        at=work.now,
        before=before.state if before else None,
        after=after.state,
        reason=reason,
        unannounced=after.unannounced,
    )
    work.visits.note(change)
    work.publish(visit_changed(after, change))
    return after


def certificates(crew: Sequence[Inspector]) -> tuple[str, ...]:
    """The certificates of the officers who have one registered (执法证件编号)."""
    return tuple(officer.certificate.no for officer in crew if officer.certificate)


def edition_of(work: Work, visit: SiteVisit) -> VisitEdition:
    """The rules of the day it is planned for. Raises LookupError: nobody could request it without."""
    edition = work.visits.rules.in_force(visit.planned_on)
    if edition is None:
        raise LookupError(f"no rules of site visits on {visit.planned_on}")
    return edition


def require_announced(work: Work, task: Task) -> None:
    """到场开始 needs an announced visit where the rules of today say so; else ``visit-not-announced`` (409)."""
    edition = work.visits.rules.in_force(work.today)
    if edition is None or edition.require_visit is not RequireVisit.REFUSE or not _concerns(work, task):
        return
    ready = {VisitState.ANNOUNCED, VisitState.ENTERED}
    meant = _meant(work, task, edition, work.today)
    if not any(visit.state in ready and visit.covers(work.today, edition.entry_days) for visit in meant):
        raise refusals.not_announced(meant[0].number if meant else "")


def inspected(work: Work, task: Task, report: Report) -> Report:
    """An inspection on site belongs to its visit, which is done with it, else is recorded as an unannounced one.

    Answers with the report as it is kept: a code the enterprise scanned was shown (亮码).
    """
    edition = work.visits.rules.in_force(report.inspected_on)
    if edition is None or not _concerns(work, task):
        return report
    by, on = report.inspectors[0], report.inspected_on
    meant = _meant(work, task, edition, on)
    if not meant:
        _recorded(work, task, report, edition)
        return report
    visit = meant[0]
    counts = visit.brings(task, edition.exemption_of([task]))
    done = visit.inspected(report.inspection_no, by, on, work.now, longest=edition.entry_days, counts=counts)
    after = keep(work, visit, done, VisitAct.INSPECT, by)
    if after.unannounced and not visit.unannounced:
        visit_notices.tell_head(work, after)
    return replace(report, code_shown=True) if after.scanned_at else report


def planned_jointly(work: Work, command: PlanVisit) -> None:
    """综合查一次: the visits to come of the departments that come are one joint visit of the planned day.

    What was announced for another day, or lies in another year, stays as it is.
    """
    entry = work.objects.get(command.source_system, command.object_no)
    if entry is None or work.visits.rules.in_force(command.planned_on) is None:
        return
    crews = {crew.department: crew.officers for crew in command.crews}
    coming: dict[str, SiteVisit] = {}
    theirs = work.visits.of(entry.holder.id_type, entry.holder.id_no)
    for visit in sorted(theirs, key=lambda visit: visit.planned_on != command.planned_on):
        here = visit.place == (command.source_system, command.object_no) and visit.department in crews
        if here and visit.state.to_come and _moves(visit, command.planned_on):
            coming.setdefault(visit.department, visit)
    if not coming:
        return
    joint_no = min(visit.joint_no for visit in coming.values())
    for department, visit in coming.items():
        known = work.inspectors.known(crews[department])
        shown = certificates([known[code] for code in crews[department]])
        joined = visit.joined(joint_no, command.planned_on, crews[department], shown)
        keep(work, visit, joined, VisitAct.JOIN, command.by)


def _concerns(work: Work, task: Task) -> bool:
    """True for a task on site at an enterprise; natural persons and holders nobody registered are none."""
    entry = work.objects.get(task.source_system, task.object_no)
    known = entry is not None and not entry.provisional
    return known and task.method is Method.ON_SITE and task.holder.kind == SubjectKind.ORGANISATION


def _meant(work: Work, task: Task, edition: VisitEdition, on: date) -> list[SiteVisit]:
    """The visits an inspection of this task on this day may belong to; entered ones first, done ones last."""
    place = (task.source_system, task.object_no)
    order = [VisitState.ENTERED, VisitState.ANNOUNCED, VisitState.APPROVED, VisitState.REQUESTED, VisitState.DONE]
    mine = [
        visit
        for visit in work.visits.of(task.holder.id_type, task.holder.id_no)
        if (visit.place, visit.department) == (place, task.department)
        and visit.meant_for(task.task_id, on, edition.entry_days)
    ]
    return sorted(mine, key=lambda v: (order.index(v.state), task.task_id not in v.tasks, v.planned_on, v.visit_no))


def _recorded(work: Work, task: Task, report: Report, edition: VisitEdition) -> None:
    """补记: an inspection nobody announced; on a day others visited the same object it is one joint visit with theirs."""
    on, by = report.inspected_on, report.inspectors[0]
    counted = work.visits.counted(task.holder.id_type, task.holder.id_no)
    place = (task.source_system, task.object_no)
    beside = [each.joint_no for each in counted if (each.place, each.day) == (place, on)]
    exemption = edition.exemptions.get(edition.exemption_of([task]))
    uses = uses_of(edition, counted, task.department, on.year, "".join(beside[:1]))
    visit_no = work.visits.new_id()
    known = work.inspectors.known(report.inspectors)
    visit = SiteVisit(
        visit_no=visit_no,
        number=work.visits.new_number(on.year),
        joint_no=beside[0] if beside else visit_no,
        holder=task.holder,
        source_system=task.source_system,
        object_no=task.object_no,
        object_name=task.object_name,
        object_address=task.object_address,
        region=task.region,
        department=task.department,
        level=edition.level_of(task.department),
        kind=VisitKind.CASE if report.for_cause else VisitKind.ROUTINE,
        planned_on=on,
        officers=report.inspectors,
        certificates=certificates([known[code] for code in report.inspectors]),
        exemption=exemption.code if exemption else "",
        consumes=exemption is None or exemption.consumes,
        tasks=(task.task_id,),
        state=VisitState.DONE,
        requested_by=by,
        requested_at=work.now,
        visited_on=on,
        inspections=(report.inspection_no,),
        ended_by=SYSTEM,
        ended_at=work.now,
        unannounced=True,
        over_cap=exemption is None and any(use.reached for use in uses),
    )
    keep(work, None, visit, VisitAct.RECORD, by)
    visit_notices.tell_head(work, visit)


def _moves(visit: SiteVisit, on: date) -> bool:
    """True when a joint plan may take it up: on its day, or not announced yet and within the year it counts in."""
    return visit.planned_on == on or (not visit.code and visit.planned_on.year == on.year)
