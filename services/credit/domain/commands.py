"""Commands (命令) on subjects: what somebody, or the calendar, asks credit to do."""

from dataclasses import dataclass

from kernel.subject import SubjectKey

SYSTEM = "system"
"""Who does what nobody does: it follows by itself."""


@dataclass(frozen=True, kw_only=True)
class Reassess:
    """到期重评: end what ended by itself, and assess anew."""

    subject: SubjectKey


@dataclass(frozen=True, kw_only=True)
class MergeSubject:
    """合并主体: ``subject`` is another number of ``into``, e.g. an old registration number of a 统一社会信用代码."""

    subject: SubjectKey
    into: SubjectKey
    by: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class SplitSubject:
    """拆分主体: take a merger back."""

    subject: SubjectKey
    by: str
    reason: str
