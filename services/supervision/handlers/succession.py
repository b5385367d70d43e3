"""Succession (接任): open tasks follow the directory when a person left or a department was merged or renamed.

Each task that moves leaves its trace and is told. What nobody can take stays where it is and stays visible there.
"""

from collections.abc import Sequence

from supervision.domain.directory import Department, Person
from supervision.domain.history import SYSTEM
from supervision.domain.task import Task
from supervision.domain.verbs import HandOver
from supervision.handlers.handover import move_all
from supervision.ports import Work


def follow_person(work: Work, person: Person) -> None:
    """离岗: the successor takes the open tasks over, else the liaison of the department; each keeps its state."""
    if person.left_on is None:
        return
    taker = _successor(work, person) or _liaison(work, person)
    if taker:
        reason = f"{person.left_on} 离岗交接 / left on {person.left_on}"
        _hand_over(work, work.tasks.open_with(person.code), person.code, taker, departments=False, reason=reason)


def follow_department(work: Work, department: Department) -> None:
    """撤并: the department that goes on takes the open tasks over, except where it already has the same one."""
    taker = _goes_on(work, department)
    if taker:
        reason = f"部门并入 {taker} / merged into {taker}"
        _hand_over(work, work.tasks.open_in(department.code), department.code, taker, departments=True, reason=reason)


def _hand_over(work: Work, held: Sequence[Task], giver: str, taker: str, *, departments: bool, reason: str) -> None:
    ids = tuple(task.task_id for task in held)
    command = HandOver(giver=giver, taker=taker, departments=departments, reason=reason, by=SYSTEM, tasks=ids)
    move_all(work, command)


def _successor(work: Work, person: Person) -> str:
    """The first in the chain of successors who has not left; one the directory does not list is taken at its word."""
    passed, at = {person.code}, person.successor
    while at and at not in passed:
        known = work.directory.person(at)
        if known is None or known.left_on is None:
            return at
        passed.add(at)
        at = known.successor
    return ""


def _liaison(work: Work, person: Person) -> str:
    """The liaison of the department, unless that is who left or has left as well."""
    department = work.directory.department(person.department)
    liaison = department.liaison if department else ""
    if not liaison or liaison == person.code:
        return ""
    known = work.directory.person(liaison)
    return liaison if known is None or known.left_on is None else ""


def _goes_on(work: Work, department: Department) -> str:
    """The last in the chain of mergers; nothing when the chain leads back."""
    passed, at = {department.code}, department.merged_into
    while at:
        if at in passed:
            return ""
        passed.add(at)
        known = work.directory.department(at)
        if known is None or not known.merged_into:
            return at
        at = known.merged_into
    return ""
