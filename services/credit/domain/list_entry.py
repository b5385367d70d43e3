"""List entry (名单条目): what stands about an entry of a list (名录、名单) beside its record.

An entry is a credit record of the kind of its list, with the same id: periods, publicity, score and veto follow from the
record, and the entry is open as long as the record is active.
"""

from dataclasses import dataclass, replace
from datetime import date

from credit.domain.record import CreditRecord


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """名单条目."""

    entry_id: str
    """The id of its record."""
    legal_basis: str
    """列入依据: a code of the catalogue of constraints."""
    notice_document: str
    """告知文书号."""
    exit_conditions: str
    """移出条件, as they were told when it was entered."""
    by: str
    """经办人编码."""
    left_on: date | None = None
    """The first day outside (移出日期), day in China; None = on the list."""
    left_by: str = ""
    left_reason: str = ""

    def left(self, on: date, by: str, reason: str) -> "ListEntry":
        """移出名单."""
        return replace(self, left_on=on, left_by=by, left_reason=reason)


@dataclass(frozen=True)
class Entered:
    """An entry with its record (条目与记录), as a use case leaves them."""

    record: CreditRecord
    entry: ListEntry
    again: bool
    """True when it was entered before and nothing changed."""
