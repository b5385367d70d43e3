"""Directory (通讯录) as supervision keeps it: what approval last said of departments and people, for finding who acts.

People stand by their codes: names stay with the approver.
"""

from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, Refusal


@dataclass(frozen=True, kw_only=True)
class Department:
    """部门. Empty = none; ``merged_into`` goes on with the work of this one. ``version``: the newest known."""

    code: str
    version: int
    name: str
    uscc: str = ""
    head: str = ""
    liaison: str = ""
    superior: str = ""
    merged_into: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """人员. ``left_on``: day in China, None = in office. ``version``: the newest known."""

    code: str
    version: int
    department: str
    left_on: date | None = None
    successor: str = ""
    deputy: str = ""


def unknown_department(pointer: str, code: str) -> Refusal:
    """没有该部门: 422 ``department-unknown``; work sent there would lie where nobody looks."""
    zh = f"没有部门 {code}，请核对部门编码，或先在通讯录中登记该部门"
    en = f"there is no department {code}; check the code, or enter the department in the directory first"
    return Refusal(code="department-unknown", zh=zh, en=en, faults=(Fault(pointer=pointer, zh=zh, en=en),))


def not_a_person(pointer: str, code: str) -> Refusal:
    """接收方是部门: 422 ``person-needed``; what a person holds goes to a person."""
    zh, en = f"{code} 是部门，请填写接收人员的编码", f"{code} is a department; name the person who takes over"
    return Refusal(code="person-needed", zh=zh, en=en, faults=(Fault(pointer=pointer, zh=zh, en=en),))
