"""Evidence and signatures (证据与签名) of a task and its inspection."""

from supervision.domain import inspector as officers
from supervision.domain import signature as signatures
from supervision.domain.crew import require_in_service
from supervision.domain.evidence import AddEvidence, Evidence, nobody_in_hand, require_line, task_closed
from supervision.domain.refusals import no_such_task
from supervision.domain.signature import AddSignature, Signature
from supervision.domain.task import Task
from supervision.ports import Work


def add_evidence(work: Work, command: AddEvidence) -> Evidence:
    """提交证据: to an open task, by an officer of its department; the same file again is a second reference.

    Refuses ``not-found``, ``task-not-open``, ``inspector-unknown``, ``inspector-elsewhere``, ``inspector-left``,
    ``line-unknown``, ``invalid-content``.
    """
    task = _task(work, command.task_id)
    if not task.state.open:
        raise task_closed(task.task_id)
    if command.by:
        _require_officer(work, task, command.by)
    elif not task.claimed_by:
        raise nobody_in_hand()
    if command.line_code and task.checklist:
        require_line(command.line_code, work.catalogues.current.line_codes(task.catalogue_version, task.checklist))
    return keep_evidence(work, task, command, command.by or task.claimed_by)


def keep_evidence(work: Work, task: Task, command: AddEvidence, by: str) -> Evidence:
    """Keep a file as evidence of a task; ``by``: who added it."""
    evidence = Evidence(
        evidence_id=work.evidence.new_id(),
        task_id=task.task_id,
        sha256=command.sha256,
        size=command.size,
        media_type=command.media_type,
        name=command.name or command.sha256[:12] + command.media_type.ending,
        note=command.note,
        line_code=command.line_code,
        added_by=by,
        added_at=work.now,
    )
    work.evidence.add(evidence, command.content)
    return evidence


def add_signature(work: Work, command: AddSignature) -> Signature:
    """签名、拒签 on an inspection of the task, also after the task was closed.

    Refuses ``not-found``, ``inspector-unknown``, ``inspector-elsewhere``, ``inspector-left``, ``signer-elsewhere``,
    ``signature-not-found``.
    """
    task = _task(work, command.task_id)
    found = work.inspections.get(task.source_system, command.inspection_no)
    inspection = signatures.require_of_task(found, command)
    _require_officer(work, task, command.by)
    signatures.require_in_crew(inspection, command)
    if command.evidence:
        signatures.require_picture(work.evidence.of_task(task.task_id, command.evidence), command)
    signature = Signature(
        signature_id=command.signature_id or work.signatures.new_id(),
        task_id=task.task_id,
        source_system=task.source_system,
        inspection_no=command.inspection_no,
        role=command.role,
        code=command.code,
        masked_name=command.masked_name,
        sealed_name=command.sealed_name,
        evidence=command.evidence,
        on_paper=command.on_paper,
        refused=command.refused,
        reason=command.reason,
        recorded_by=command.by,
        recorded_at=work.now,
    )
    work.signatures.save(signature)
    return signature


def _task(work: Work, task_id: str) -> Task:
    task = work.tasks.get(task_id)
    if task is None:
        raise no_such_task(task_id)
    return task


def _require_officer(work: Work, task: Task, code: str) -> None:
    crew = officers.require_known(work.inspectors.known([code]), [code], ["/by"])
    officers.require_of(task.department, crew, ["/by"])
    require_in_service(crew, work.today, ["/by"])
