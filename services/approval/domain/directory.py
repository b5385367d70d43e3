"""Directory (通讯录): the departments and people of the linkage (部门、人员), as the approval bureau keeps them.

Every department names a liaison (联络员), source: 晋城; every item its person, source: 东营. An entry has a version that
counts its changes. A department that was merged or renamed under a new code points at the one that goes on.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from approval.domain.content import LONGEST_ID, LONGEST_NAME
from kernel.refusal import Fault, malformed
from kernel.subject import IdType, number_fault
from kernel.text import prose_fault

_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._\-]{0,63}")
"""As supervision takes codes of officers and departments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """部门. People and other departments stand by their codes; empty = none."""

    code: str
    name: str
    uscc: str = ""
    """统一社会信用代码."""
    head: str = ""
    """负责人."""
    liaison: str = ""
    """联络员."""
    superior: str = ""
    """上级部门."""
    merged_into: str = ""
    """并入部门: goes on with the work of this one."""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """人员: an official of the linkage, known outside this service by the code alone."""

    code: str
    name: str
    department: str
    left_on: date | None = None
    """离岗日期, day in China; None = in office."""
    successor: str = ""
    """接任人."""
    deputy: str = ""
    """代理人, stands in while the person is away."""
    version: int = 0


@dataclass(frozen=True, slots=True)
class ListDepartment:
    """登记部门: put a department into the directory, or replace what it says."""

    department: Department


@dataclass(frozen=True, slots=True)
class ListPerson:
    """登记人员: put a person into the directory, or replace what it says."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReceipt:
    """登记回执; ``duplicate`` when nothing changed."""

    code: str
    version: int
    created: bool
    duplicate: bool


E = TypeVar("E", Department, Person)


def next_version(known: E | None, stated: E) -> E:
    """The entry as it is kept: the known one when nothing changed, else the stated one with the next version."""
    if known is not None and replace(stated, version=known.version) == known:
        return known
    return replace(stated, version=(known.version if known else 0) + 1)


def department_must_be_sound(department: Department, merged_into: Callable[[str], str]) -> None:
    """Let a sound department pass; ``merged_into`` tells where a code leads, empty = it goes on itself.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [
        *_required("/code", department.code, LONGEST_ID),
        *_codes(code=department.code),
        *_required("/name", department.name, LONGEST_NAME),
        *_codes(head=department.head, liaison=department.liaison),
        *_codes(superior=department.superior, merged_into=department.merged_into),
        *_not_itself(department.code, superior=department.superior, merged_into=department.merged_into),
    ]
    if department.uscc and (fault := number_fault("/uscc", IdType.USCC, department.uscc)):
        faults.append(fault)
    if not faults and _leads_back(department, merged_into):
        zh = f"并入部门最终又并回 {department.code}，请改为实际承接工作的部门"
        en = f"the merger leads back to {department.code}; name the department that really goes on"
        faults.append(Fault(pointer="/merged_into", zh=zh, en=en))
    if faults:
        raise malformed(faults)


def person_must_be_sound(person: Person, *, today: date, department_known: bool) -> None:
    """Let a sound person pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [
        *_required("/code", person.code, LONGEST_ID),
        *_codes(code=person.code),
        *_required("/name", person.name, LONGEST_NAME),
        *_required("/department", person.department, LONGEST_ID),
        *_codes(successor=person.successor, deputy=person.deputy),
        *_not_itself(person.code, successor=person.successor, deputy=person.deputy),
    ]
    if person.department and not department_known:
        zh, en = "部门不在通讯录中，请先登记该部门", "the department is not in the directory; list it first"
        faults.append(Fault(pointer="/department", zh=zh, en=en))
    if person.left_on and person.left_on > today:
        zh = f"离岗日期不得晚于今天（{today}），请在离岗当天登记"
        en = f"left_on is not after today ({today}); tell it on the day"
        faults.append(Fault(pointer="/left_on", zh=zh, en=en))
    if faults:
        raise malformed(faults)


def _leads_back(department: Department, merged_into: Callable[[str], str]) -> bool:
    passed, at = {department.code}, department.merged_into
    while at and at not in passed:
        passed.add(at)
        at = merged_into(at)
    return bool(at)


def _codes(**codes: str) -> Iterator[Fault]:
    for name, code in codes.items():
        if code and not _CODE.fullmatch(code):
            yield Fault(
                pointer=f"/{name}",
                zh="编码为 1 至 64 位字母、数字、点、横线或下划线，首位为字母或数字",
                en="a code has 1 to 64 letters, digits, dots, hyphens or underscores and begins with a letter or digit",
            )


def _not_itself(code: str, **others: str) -> Iterator[Fault]:
    for name, other in others.items():
        if code and other == code:
            yield Fault(pointer=f"/{name}", zh="不得指向自己，请填写另一编码", en="may not be the entry itself")


def _required(pointer: str, value: str, longest: int) -> Iterator[Fault]:
    if not value:
        yield Fault(pointer=pointer, zh="必填，不得为空", en="is required and may not be blank")
    if fault := prose_fault(pointer, value, longest=longest):
        yield fault
