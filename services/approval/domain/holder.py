"""Holder (行政相对人): who is licensed, and how that one is named outside this service.

An organisation travels as its code. A natural person travels as a keyed reference; the number and the name stay here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.sealed import Place
from kernel.subject import IdType, SubjectKey, SubjectKind, tidy_number

Reference = Callable[[str, str], str]
"""(id_type, id_no) → keyed reference (主体标识), 64 or fewer characters, the same for ever under one key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """行政相对人. ``id_no`` 证件号码 is tidy: no blanks or hyphens, upper case."""

    id_type: str
    """证件类型: 001 统一社会信用代码, 111 居民身份证, 099 其他."""
    id_no: str
    kind: SubjectKind
    name: str = ""
    """名称或姓名, may be empty in old data."""

    @classmethod
    def stated(cls, id_type: str, id_no: str, kind: SubjectKind | None, name: str) -> "Holder":
        """A holder as somebody wrote it: the number is tidied, a missing kind follows from the id_type."""
        implied = SubjectKind.PERSON if id_type == IdType.RESIDENT else SubjectKind.ORGANISATION
        return cls(id_type=id_type, id_no=tidy_number(id_no), kind=kind or implied, name=name.strip())

    @property
    def natural(self) -> bool:
        """True for a natural person (自然人), whose number never leaves this service."""
        return self.kind is SubjectKind.PERSON

    def key(self, reference: Reference) -> SubjectKey:
        """The subject as events name it."""
        return SubjectKey(self.id_type, reference(self.id_type, self.id_no) if self.natural else self.id_no)


def number_place(id_type: str, reference: str) -> Place:
    """Where the number of a person is sealed (号码密文所在)."""
    return Place("subject", "sealed_no", (id_type, reference))


def name_place(id_type: str, reference: str) -> Place:
    """Where the name of a person is sealed (姓名密文所在)."""
    return Place("subject", "sealed_name", (id_type, reference))
