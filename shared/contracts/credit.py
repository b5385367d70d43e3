"""What credit (信用) tells the others."""

from datetime import date
from typing import ClassVar

import msgspec

from contracts.event import Event, Subject
from kernel.credit import Grade, RecordClass


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """得分原因: points taken or given, and the record they rest on."""

    record_id: str
    points: int
    text: str = ""


class RecordAdded(Event, frozen=True, kw_only=True):
    """失信记录已归集."""

    fact: ClassVar[str] = "credit.record.added"

    record_id: str
    record_class: RecordClass
    inspection_no: str
    occurred_on: date
    subject: Subject

    @property
    def aggregate(self) -> str:
        """The record."""
        return self.record_id

    @property
    def holder(self) -> Subject:
        """Whom the record is about."""
        return self.subject


class GradeChanged(Event, frozen=True, kw_only=True):
    """信用等级已变化. ``version`` counts the assessments of one subject: a reader ignores an older one."""

    fact: ClassVar[str] = "credit.grade.changed"

    subject: Subject
    version: int
    grade: Grade
    previous: Grade | None
    score: int
    scorecard: str
    """评分规则版本."""
    reasons: tuple[Reason, ...] = ()
    assessed_on: date

    @property
    def aggregate(self) -> str:
        """The subject."""
        return f"{self.subject.id_type}:{self.subject.id_no}"

    @property
    def holder(self) -> Subject:
        """The graded subject."""
        return self.subject


EVENTS: tuple[type[Event], ...] = (RecordAdded, GradeChanged)
