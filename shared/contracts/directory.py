"""What approval tells of the directory (通讯录): departments and people, one event per entry and version.

The log is append-only, so the names of people stay in approval: outside they are codes.
"""

from datetime import date
from typing import ClassVar

import msgspec

from contracts.event import Event, Subject
from kernel.subject import IdType, SubjectKind

SOURCE = "directory"
"""来源系统 of these events: no case and no bureau system is behind them."""


class DepartmentEntry(msgspec.Struct, frozen=True, kw_only=True):
    """部门 as it travels. People and departments are named by their codes; empty = none."""

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
    """并入部门: the department that goes on with its work; also after a renaming under a new code."""


class PersonEntry(msgspec.Struct, frozen=True, kw_only=True):
    """人员 as it travels; empty = none."""

    department: str
    left_on: date | None = None
    """离岗日期, day in China; None = in office."""
    successor: str = ""
    """接任人."""
    deputy: str = ""
    """代理人."""


class DirectoryChanged(Event, frozen=True, kw_only=True):
    """通讯录已变更. ``version`` counts the changes of one entry: a reader ignores an older one. One of the two is told."""

    fact: ClassVar[str] = "approval.directory.changed"

    code: str
    version: int
    department: DepartmentEntry | None = None
    person: PersonEntry | None = None

    @property
    def aggregate(self) -> str:
        """The entry."""
        return f"{'PERSON' if self.person else 'DEPARTMENT'}:{self.code}"

    @property
    def holder(self) -> Subject:
        """Nobody is licensed here: the code decides the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.code, kind=SubjectKind.ORGANISATION)


EVENTS: tuple[type[Event], ...] = (DirectoryChanged,)
