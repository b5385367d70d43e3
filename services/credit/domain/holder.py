"""Holder of an object (对象持有人): who holds the licence of an object, as the first decision on it says.

Supervision makes up a provisional subject for an object it inspects before any decision on it is known; when the holder is
known, the provisional subject is merged into the holder's.
"""

from dataclasses import dataclass
from datetime import date

from credit.domain.subject import PROVISIONAL
from kernel.subject import IdType, SubjectKey


@dataclass(frozen=True, kw_only=True)
class ObjectHolder:
    """对象持有人; ``object_version`` is that of the decision which says so."""

    source_system: str
    object_no: str
    subject: SubjectKey
    kind: str
    name: str
    region: str
    named_on: date
    object_version: int


def provisional_key(source_system: str, object_no: str) -> SubjectKey:
    """The provisional subject of an object (临时主体), as supervision names it."""
    return SubjectKey(IdType.OTHER, f"{PROVISIONAL}{source_system}-{object_no}")
