"""Directory (通讯录): list departments and people; every change is told with its version."""

from approval import outgoing, ports
from approval.domain.directory import (
    EntryReceipt,
    ListDepartment,
    ListPerson,
    department_must_be_sound,
    next_version,
    person_must_be_sound,
)


def list_department(work: ports.Work, command: ListDepartment) -> EntryReceipt:
    """登记部门. Refusal: ``invalid-content``."""
    stated = command.department

    def merged_into(code: str) -> str:
        known = work.directory.department(code)
        return known.merged_into if known else ""

    department_must_be_sound(stated, merged_into)
    known = work.directory.department(stated.code)
    kept = next_version(known, stated)
    if kept is not known:
        work.directory.keep_department(kept)
        work.publish(outgoing.department_told(kept, work.region))
    return EntryReceipt(code=kept.code, version=kept.version, created=known is None, duplicate=kept is known)


def list_person(work: ports.Work, command: ListPerson) -> EntryReceipt:
    """登记人员: the department must be listed before. Refusal: ``invalid-content``."""
    stated = command.person
    listed = work.directory.department(stated.department) is not None
    person_must_be_sound(stated, today=work.today, department_known=listed)
    known = work.directory.person(stated.code)
    kept = next_version(known, stated)
    if kept is not known:
        work.directory.keep_person(kept)
        work.publish(outgoing.person_told(kept, work.region))
    return EntryReceipt(code=kept.code, version=kept.version, created=known is None, duplicate=kept is known)
