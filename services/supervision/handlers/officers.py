"""Officers and their interests (执法人员回避): who stands aside from what, and whether a crew may inspect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from supervision.domain import crew as rules
from supervision.domain import inspector as officers
from supervision.domain.conflict import Conflict, DeclareConflict, EndConflict, no_such_conflict
from supervision.domain.inspector import Inspector
from supervision.domain.task import Task
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class ConflictReceipt:
    """申报回执; ``duplicate``: the same had been declared and holds."""

    conflict: Conflict
    duplicate: bool


def declare_conflict(work: Work, command: DeclareConflict) -> ConflictReceipt:
    """申报回避. The same again is a duplicate. Refuses ``inspector-unknown``."""
    known = work.inspectors.known([command.inspector])
    officers.require_known(known, [command.inspector], ["/inspector"])
    command = command.begun(work.today)
    for conflict in work.conflicts.of([command.inspector]):
        if conflict.ended_at is None and conflict.says(command):
            return ConflictReceipt(conflict=conflict, duplicate=True)
    declared = Conflict(
        conflict_id=work.conflicts.new_id(),
        inspector=command.inspector,
        id_type=command.id_type,
        id_no=command.id_no,
        source_system=command.source_system,
        object_no=command.object_no,
        reason=command.reason,
        valid_from=command.valid_from or work.today,
        valid_to=command.valid_to,
        declared_by=command.by,
        declared_at=work.now,
    )
    work.conflicts.save(declared)
    return ConflictReceipt(conflict=declared, duplicate=False)


def end_conflict(work: Work, command: EndConflict) -> Conflict:
    """解除回避. Refuses ``not-found``, ``conflict-ended``, ``invalid-content``."""
    conflict = work.conflicts.get(command.conflict_id)
    if conflict is None:
        raise no_such_conflict(command.conflict_id)
    ended = conflict.ended(command.on, command.by, work.now, work.today)
    if ended != conflict:
        work.conflicts.save(ended)
    return ended


def require_certificates(work: Work, task: Task, crew: Sequence[Inspector], pointer: str = "/inspectors") -> None:
    """Registered certificates, when the link of the task asks for them; else ``certificate-needed``."""
    link = work.catalogues.current.link(task.catalogue_version, task.link_code)
    if link and link.certificate_required:
        rules.require_certificates(crew, [f"{pointer}/{index}" for index in range(len(crew))])


def require_fit(
    work: Work, crew: Sequence[Inspector], day: date, thing: tuple[str, str], pointer: str = "/inspectors"
) -> None:
    """These officers may inspect the object (source_system, object_no) on this day; see ``crew_may_inspect``."""
    declared = work.conflicts.of([officer.code for officer in crew])
    entry = work.objects.get(*thing)
    subject = (entry.holder.id_type, entry.holder.id_no) if entry else None
    rules.crew_may_inspect(crew, day, [conflict for conflict in declared if conflict.concerns(subject, thing)], pointer)
