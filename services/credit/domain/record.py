"""Credit record (失信记录): one fact that speaks against a subject, and how long it counts.

The id is derived from the natural key, so that the same inspection makes the same record whenever and however
often it is told, also when the service is rebuilt from its events.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date
from uuid import UUID, uuid5

from kernel.credit import RecordClass
from kernel.subject import SubjectKey

_NAMESPACE = UUID("6b0c6a5e-5d0c-5c1f-9a55-3e1e64020200")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditRecord:
    """A loss-of-trust record (失信记录) from one failed inspection. ``occurred_on`` is a day in China."""

    record_id: str
    """See ``record_id_of``."""
    subject: SubjectKey
    source_system: str
    inspection_no: str
    record_class: RecordClass
    rule: str
    """Code of the classification rule that made it (分类规则)."""
    occurred_on: date
    region: str
    department: str
    object_no: str

    def is_the_same_fact_as(self, other: "CreditRecord") -> bool:
        """True when both tell the same failure of the same subject; class and rule are our judgement, not the fact."""
        return (self.record_id, self.subject, self.occurred_on, self.object_no) == (
            other.record_id,
            other.subject,
            other.occurred_on,
            other.object_no,
        )

    def counts_on(self, day: date, valid_months: int) -> bool:
        """True from the day it happened until the day before ``valid_months`` calendar months are over (有效期内)."""
        return self.occurred_on <= day < months_after(self.occurred_on, valid_months)


def record_id_of(source_system: str, inspection_no: str) -> str:
    """The id of the record an inspection makes (记录编号), a UUIDv5 of its natural key: the same in every process."""
    return str(uuid5(_NAMESPACE, f"inspection:{source_system}:{inspection_no}"))


def months_after(day: date, months: int) -> date:
    """The same day of the month, ``months`` later, or the last day of a shorter month; never beyond 9999-12-31."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
