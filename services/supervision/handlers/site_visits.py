"""Site visits (入企检查): requested within the caps, approved by a second person, announced, entered, done or cancelled."""

from dataclasses import dataclass, replace

from kernel.refusal import Fault, malformed
from kernel.subject import SubjectKind
from kernel.visit import VisitAct
from supervision.domain.enterprise import ENTERPRISE
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.visits import SiteVisit, VisitEdition, refusals
from supervision.domain.visits.advice import MergeSuggestion, RepeatedVisit, mergeable, repeated
from supervision.domain.visits.commands import (
    AnnounceVisit,
    ApproveVisit,
    CancelVisit,
    EnterVisit,
    FinishVisit,
    RemindVisit,
    RequestVisit,
    ScanVisit,
    VisitCommand,
)
from supervision.domain.visits.counting import CapUse, require_below, uses_of
from supervision.domain.visits.rating import RateVisit, VisitRating, require_rateable
from supervision.domain.visits.rules import Exemption
from supervision.domain.visits.visit import require_joinable
from supervision.handlers import change, officers, risk, visit_keeping, visit_notices
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class VisitReceipt:
    """申请回执: the visit, what is used of its caps with it, what to know before approving it.

    ``duplicate``: the very same was requested before.
    """

    visit: SiteVisit
    duplicate: bool
    uses: tuple[CapUse, ...]
    warnings: tuple[RepeatedVisit, ...]
    merge_with: tuple[MergeSuggestion, ...]


def request_visit(work: Work, command: RequestVisit) -> VisitReceipt:
    """申请.

    Refuses ``not-found`` (404), ``not-an-enterprise``, ``invalid-content``, what a crew is refused for (422),
    ``visit-rules-not-begun``, ``visit-open``, ``visit-not-joinable``, ``exemption-not-true``, ``visit-cap-reached`` (409).
    """
    entry = risk.found(work, command.source_system, command.object_no)
    command.require_day(work.today)
    edition = _edition(work, entry, command)
    visits = work.visits.of(entry.holder.id_type, entry.holder.id_no)
    place, on = (entry.source_system, entry.object_no), command.planned_on
    for known in visits:
        same_day = (known.place, known.department, known.planned_on) == (place, command.department, on)
        if same_day and known.state.to_come and command.repeated(known):
            return _receipt(work, edition, known, duplicate=True)
    exemption = _exemption(work, entry, command, edition, _tasks(work, command))
    crew = change.officers(work, command.department, command.officers, "/officers")
    officers.require_fit(work, crew, on, place, "/officers")
    joint_no = _joint(work, command, place)
    uses = uses_of(
        edition, work.visits.counted(entry.holder.id_type, entry.holder.id_no), command.department, on.year, joint_no
    )
    require_below(uses, exemption.code if exemption else "", edition)
    visit = _requested(work, entry, command, edition, exemption, joint_no)
    visit = replace(visit, certificates=visit_keeping.certificates(crew))
    kept = visit_keeping.keep(work, None, visit, VisitAct.REQUEST, command.by, command.reason)
    return _receipt(work, edition, kept, duplicate=False)


def approve_visit(work: Work, command: ApproveVisit) -> SiteVisit:
    """审批. Refuses ``not-found`` (404), ``second-person-needed``, ``visit-not-now`` (409)."""
    visit = found(work, command)
    return visit_keeping.keep(work, visit, visit.approved(command.by, work.now), VisitAct.APPROVE, command.by)


def announce_visit(work: Work, command: AnnounceVisit) -> SiteVisit:
    """告知: the code is made and the enterprise told. Refuses ``not-found`` (404), ``visit-not-now`` (409)."""
    return _announced(work, found(work, command), command.by)


def enter_visit(work: Work, command: EnterVisit) -> SiteVisit:
    """入企, with the code shown when it was scanned; an emergency is announced at the door.

    Refuses ``not-found`` (404), ``visit-not-now``, ``visit-not-today`` (409), ``officer-not-of-visit``,
    ``visit-code-differs`` (422).
    """
    visit = found(work, command)
    edition = visit_keeping.edition_of(work, visit)
    exemption = edition.exemptions.get(visit.exemption)
    if command.code and command.code != visit.code:
        raise refusals.code_differs()
    told = visit
    if exemption and exemption.on_entry and visit.approved_by and not visit.code:
        told = visit.announced(work.visits.new_code(), work.now)
    entered = told.entered(command.by, work.today, work.now, longest=edition.entry_days)
    if told != visit:
        visit_keeping.keep(work, visit, told, VisitAct.ANNOUNCE, command.by)
        visit_notices.tell_announced(work, told, edition)
    kept = visit_keeping.keep(work, told, entered, VisitAct.ENTER, command.by)
    if not command.code:
        return kept
    return visit_keeping.keep(work, kept, kept.scanned(work.now), VisitAct.SCAN, command.by)


def finish_visit(work: Work, command: FinishVisit) -> SiteVisit:
    """完成. Refuses ``not-found`` (404), ``visit-not-now`` (409)."""
    visit = found(work, command)
    return visit_keeping.keep(work, visit, visit.finished(command.by, work.now), VisitAct.FINISH, command.by)


def cancel_visit(work: Work, command: CancelVisit) -> SiteVisit:
    """取消: what it used of the cap is given back, and an enterprise that was told is told so.

    Refuses ``not-found`` (404), ``visit-not-now`` (409).
    """
    visit = found(work, command)
    cancelled = visit.cancelled(command.by, command.reason, work.now)
    if cancelled != visit and visit.code:
        visit_notices.tell_cancelled(work, cancelled)
    return visit_keeping.keep(work, visit, cancelled, VisitAct.CANCEL, command.by, command.reason)


def scan_visit(work: Work, command: ScanVisit) -> SiteVisit:
    """扫码 by the enterprise. Refuses ``visit-code-unknown`` (404), ``visit-not-now`` (409)."""
    visit = by_code(work, command.code)
    return visit_keeping.keep(work, visit, visit.scanned(work.now), VisitAct.SCAN, ENTERPRISE)


def rate_visit(work: Work, command: RateVisit) -> bool:
    """评价 by the enterprise, once; True when the very same was said before. Nobody is told and no step is noted.

    Refuses ``visit-code-unknown`` (404), ``visit-not-now``, ``visit-rated`` (409).
    """
    visit = by_code(work, command.code)
    require_rateable(visit)
    if known := work.visits.rating(visit.visit_no):
        known.require_same(command)
        return True
    work.visits.rate(VisitRating(visit_no=visit.visit_no, stars=command.stars, note=command.note, at=work.now))
    return False


def remind_visit(work: Work, command: RemindVisit) -> None:
    """提醒: a visit was not approved, announced or made in time; nothing when something happened meanwhile."""
    visit = found(work, command)
    if visit.remind_on is not None and visit.remind_on <= work.today:
        visit_notices.tell_waiting(work, visit)
        work.visits.save(visit.reminded())


def found(work: Work, command: VisitCommand) -> SiteVisit:
    """The visit; refuses ``not-found`` (404)."""
    visit = work.visits.get(command.visit_no)
    if visit is None:
        raise refusals.no_such_visit(command.visit_no)
    return visit


def by_code(work: Work, code: str) -> SiteVisit:
    """The visit of a code that is still answered; refuses ``visit-code-unknown`` (404)."""
    visit = work.visits.by_code(code)
    if visit is None or work.today > visit_keeping.edition_of(work, visit).code_until(visit.day):
        raise refusals.no_such_code()
    return visit


def _announced(work: Work, visit: SiteVisit, by: str) -> SiteVisit:
    announced = visit.announced(work.visits.new_code(), work.now)
    if announced != visit:
        visit_notices.tell_announced(work, announced, visit_keeping.edition_of(work, announced))
    return visit_keeping.keep(work, visit, announced, VisitAct.ANNOUNCE, by)


def _edition(work: Work, entry: RegisteredObject, command: RequestVisit) -> VisitEdition:
    if entry.provisional or entry.holder.kind != SubjectKind.ORGANISATION:
        raise refusals.not_an_enterprise()
    edition = work.visits.rules.in_force(command.planned_on)
    if edition is None:
        raise refusals.no_rules()
    return edition


def _joint(work: Work, command: RequestVisit, place: tuple[str, str]) -> str:
    """What the visit it joins is known by as a joint one; empty when it joins none."""
    if not command.joint_with:
        return ""
    other = work.visits.get(command.joint_with)
    if other is None:
        raise refusals.no_such_visit(command.joint_with)
    require_joinable(other, place=place, department=command.department, on=command.planned_on)
    return other.joint_no


def _requested(
    work: Work,
    entry: RegisteredObject,
    command: RequestVisit,
    edition: VisitEdition,
    exemption: Exemption | None,
    joint_no: str,
) -> SiteVisit:
    visit_no = work.visits.new_id()
    return SiteVisit(
        visit_no=visit_no,
        number=work.visits.new_number(command.planned_on.year),
        joint_no=joint_no or visit_no,
        holder=entry.holder,
        source_system=entry.source_system,
        object_no=entry.object_no,
        object_name=entry.name,
        object_address=entry.address,
        region=entry.region,
        department=command.department,
        level=edition.level_of(command.department),
        kind=command.kind,
        planned_on=command.planned_on,
        officers=command.officers,
        matters=command.matters,
        reason=command.reason,
        legal_basis=command.legal_basis,
        exemption=exemption.code if exemption else "",
        exemption_document=command.exemption_document,
        consumes=exemption is None or exemption.consumes,
        tasks=command.tasks,
        requested_by=command.by,
        requested_at=work.now,
    )


def _tasks(work: Work, command: RequestVisit) -> list[Task]:
    """The tasks it is to serve: open ones of the department on the object; else ``invalid-content``."""
    open_tasks = work.tasks.open_on(command.source_system, command.object_no)
    mine = {task.task_id: task for task in open_tasks if task.department == command.department}
    zh, en = "不是该部门在该对象上的未办结任务", "no open task of this department on this object"
    faults = [
        Fault(pointer=f"/tasks/{index}", zh=zh, en=en)
        for index, task_id in enumerate(command.tasks)
        if task_id not in mine
    ]
    if faults:
        raise malformed(faults)
    return [mine[task_id] for task_id in command.tasks]


def _exemption(
    work: Work, entry: RegisteredObject, command: RequestVisit, edition: VisitEdition, tasks: list[Task]
) -> Exemption | None:
    exemption = command.exemption_among(edition, edition.exemption_of(tasks))
    if exemption is None:
        return None
    grade = work.grades.get(entry.holder.id_type, entry.holder.id_no)
    risk_class = work.risks.get(entry.source_system, entry.object_no).risk_class
    if not exemption.true_of(grade.grade if grade else None, risk_class):
        raise refusals.exemption_not_true(exemption.code)
    return exemption


def _receipt(work: Work, edition: VisitEdition, visit: SiteVisit, *, duplicate: bool) -> VisitReceipt:
    visits, briefs = work.visits.of(*visit.subject), work.visits.briefs(*visit.subject)
    counted = work.visits.counted(*visit.subject)
    tasks = work.tasks.open_on(*visit.place)
    on, department = visit.planned_on, visit.department
    return VisitReceipt(
        visit=visit,
        duplicate=duplicate,
        uses=tuple(uses_of(edition, counted, department, on.year, visit.joint_no)),
        warnings=tuple(repeated(edition, briefs, on, visit.visit_no)),
        merge_with=tuple(mergeable(edition, visits, tasks, visit.place, department, on)),
    )
