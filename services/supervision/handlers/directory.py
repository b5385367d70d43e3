"""Directory (通讯录): keep what the approver last said of a department or a person; open tasks follow it."""

from contracts.directory import DepartmentEntry, DirectoryChanged, PersonEntry
from supervision.domain.directory import Department, Person
from supervision.handlers.succession import follow_department, follow_person
from supervision.ports import Work


def on_directory_changed(work: Work, event: DirectoryChanged) -> None:
    """通讯录已变更: the newer version wins, whatever order they arrive in."""
    if event.department:
        _keep_department(work, _department(event, event.department))
    if event.person:
        _keep_person(work, _person(event, event.person))


def _keep_department(work: Work, said: Department) -> None:
    known = work.directory.department(said.code)
    if known is None or known.version < said.version:
        work.directory.save_department(said)
        follow_department(work, said)


def _keep_person(work: Work, said: Person) -> None:
    known = work.directory.person(said.code)
    if known is None or known.version < said.version:
        work.directory.save_person(said)
        follow_person(work, said)


def _department(event: DirectoryChanged, entry: DepartmentEntry) -> Department:
    return Department(
        code=event.code,
        version=event.version,
        name=entry.name,
        uscc=entry.uscc,
        head=entry.head,
        liaison=entry.liaison,
        superior=entry.superior,
        merged_into=entry.merged_into,
    )


def _person(event: DirectoryChanged, entry: PersonEntry) -> Person:
    return Person(
        code=event.code,
        version=event.version,
        department=entry.department,
        left_on=entry.left_on,
        successor=entry.successor,
        deputy=entry.deputy,
    )
