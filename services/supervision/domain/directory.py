"""Directory (通讯录) as supervision keeps it: what approval last said of departments and people, for finding who acts.

People stand by their codes: names stay with the approver.
"""

from dataclasses import dataclass
from datetime import date


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
