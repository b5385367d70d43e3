"""Inspections (检查): conclude the task they belong to, or make an ad-hoc one (临时任务) and conclude that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.inspection import InspectionResult
from supervision import outgoing
from supervision.domain import inspector, register
from supervision.domain.answers import require_every_line
from supervision.domain.deadlines import DeadlineKind
from supervision.domain.draws.assignment import require_drawn
from supervision.domain.inspection import ConcludeInspection, ConcludeTask, Inspection, Report, content_hash
from supervision.domain.inspector import Inspector
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.verbs import InspectTask
from supervision.handlers import alerts, change, clocks, officers, publicity, risk, visit_keeping
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class InspectionReceipt:
    """检查回执."""

    source_system: str
    inspection_no: str
    task_id: str
    ad_hoc: bool
    orphan: bool
    duplicate: bool


def conclude_inspection(work: Work, command: ConcludeInspection) -> InspectionReceipt:
    """按对象办结: the oldest open task of the object in the inspectors' department, else an ad-hoc task of theirs.

    One for a complaint only when it says that it was made for a cause: nobody is answered by a check of another matter.

    The lines of an ad-hoc task are kept as sent: no link chose a checklist they could be held against.
    Refuses ``inspection-differs``, ``object-behind``, ``invalid-content``, ``inspector-unknown``,
    ``inspector-left``, ``certificate-not-valid``, ``certificate-needed``, ``conflict-of-interest``,
    ``inspector-elsewhere``, ``line-unknown``, ``result-class-unknown``, ``result-class-contradicts``.
    """
    report = command.report
    content = content_hash(report, command.source_system, command.object_no, command.object_name, command.region)
    if known := work.inspections.get(command.source_system, report.inspection_no):
        known.require_same(content)
        return _receipt(known, duplicate=True)
    entry = work.objects.get(command.source_system, command.object_no)
    register.require_version(entry, command.object_version)
    report.require_day(work.today)
    publicity.require_class(work, report)
    crew = _crew(work, report, command.source_system, command.object_no)
    department = inspector.require_one_department(crew)
    task = _open_task(work, command, department)
    if task:
        officers.require_certificates(work, task, crew)
        _require_checklist(work, task, report)
    else:
        task = _ad_hoc_task(work, entry or _orphan(work, command), department)
        work.publish(outgoing.task_created(task))
    return _record(work, task, report, content, Verb.CONCLUDE, orphan=entry is None or entry.provisional)


def conclude_task(work: Work, command: ConcludeTask) -> InspectionReceipt:
    """按任务办结, whatever the result, which the approver is told with it: nothing is left to time (see docs/decisions/0013).

    Refuses ``not-found``, ``task-not-open``, ``inspection-of-other-task``, and as one by object does.
    """
    return _of_task(work, change.found(work, command.task_id), command.report, Verb.CONCLUDE)


def inspect_task(work: Work, command: InspectTask) -> InspectionReceipt:
    """检查: passed closes the task; otherwise it waits for rectification, referral or a reasoned close.

    What failed is fed back to the approver within the limit of its link (反馈时限), else that of the process rules.
    Refuses as ``conclude_task``, ``line-missing`` when a line of the checklist has no answer, and
    ``inspection-recorded`` when the task has its inspection.
    """
    return _of_task(work, change.found(work, command.task_id), command.report, Verb.INSPECT)


def _of_task(work: Work, task: Task, report: Report, verb: Verb) -> InspectionReceipt:
    content = content_hash(report, task.source_system, task.object_no, "", None)
    if known := work.inspections.get(task.source_system, report.inspection_no):
        known.require_same(content)
        known.require_task(task.task_id)
        return _receipt(known, duplicate=True)
    report.require_day(work.today)
    publicity.require_class(work, report)
    pointers = [f"/inspectors/{index}" for index in range(len(report.inspectors))]
    crew = _crew(work, report, task.source_system, task.object_no)
    inspector.require_of(task.department, crew, pointers)
    require_drawn(task, report.inspectors, "/inspectors")
    officers.require_certificates(work, task, crew)
    _require_checklist(work, task, report, whole=verb is Verb.INSPECT)
    entry = work.objects.get(task.source_system, task.object_no)
    report = replace(report, for_cause=True) if task.complaint_id else report
    return _record(work, task, report, content, verb, orphan=entry is None or entry.provisional)


def _crew(work: Work, report: Report, source_system: str, object_no: str) -> Sequence[Inspector]:
    pointers = [f"/inspectors/{index}" for index in range(len(report.inspectors))]
    crew = inspector.require_known(work.inspectors.known(report.inspectors), report.inspectors, pointers)
    officers.require_fit(work, crew, report.inspected_on, (source_system, object_no))
    return crew


def _open_task(work: Work, command: ConcludeInspection, department: str) -> Task | None:
    open_tasks = work.tasks.open_on(command.source_system, command.object_no)
    mine = (task for task in open_tasks if task.department == department and task.awaits_inspection)
    asked = (task for task in mine if command.report.for_cause or not task.complaint_id)
    return next((task for task in asked if task.admits(command.report.inspectors)), None)


def _require_checklist(work: Work, task: Task, report: Report, *, whole: bool = False) -> None:
    if task.checklist:
        lines = work.catalogues.current.line_codes(task.catalogue_version, task.checklist)
        report.require_lines_of(lines)
        if whole:
            require_every_line(report, lines)


def _orphan(work: Work, command: ConcludeInspection) -> RegisteredObject:
    entry = register.unregistered(
        command.source_system, command.object_no, command.object_name, command.region or work.region
    )
    work.objects.save(entry)
    risk.first_seen(work, entry)
    return entry


def _ad_hoc_task(work: Work, entry: RegisteredObject, department: str) -> Task:
    return Task(
        task_id=work.tasks.new_id(),
        source_system=entry.source_system,
        object_no=entry.object_no,
        holder=entry.holder,
        object_name=entry.name,
        object_address=entry.address,
        region=entry.region,
        department=department,
        created_at=work.now,
    )


def _record(work: Work, task: Task, report: Report, content: bytes, verb: Verb, *, orphan: bool) -> InspectionReceipt:
    number, by = report.inspection_no, report.inspectors[0]
    inspected = verb is Verb.INSPECT
    publication = publicity.owed(work, task, report, orphan=orphan)
    after = task.inspected(number, report.result, work.now) if inspected else task.concluded(number, work.now)
    report = visit_keeping.inspected(work, task, report)
    inspection = Inspection(
        source_system=task.source_system,
        object_no=task.object_no,
        task_id=task.task_id,
        ad_hoc=task.ad_hoc,
        orphan=orphan,
        report=report,
        content=content,
        recorded_at=work.now,
    )
    change.keep(work, task, after, verb, by, work.now)
    if report.result is InspectionResult.FAIL:
        clocks.begin(work, after, DeadlineKind.FEEDBACK, after.feedback_limit or work.rules.feedback, work.now)
    work.inspections.save(inspection)
    clocks.tell(work, outgoing.inspection_concluded(after, inspection))
    if publication:
        publicity.open_publication(work, after, publication)
    alerts.inspected(work, after, inspection)
    return _receipt(inspection, duplicate=False)


def _receipt(inspection: Inspection, *, duplicate: bool) -> InspectionReceipt:
    return InspectionReceipt(
        source_system=inspection.source_system,
        inspection_no=inspection.report.inspection_no,
        task_id=inspection.task_id,
        ad_hoc=inspection.ad_hoc,
        orphan=inspection.orphan,
        duplicate=duplicate,
    )
