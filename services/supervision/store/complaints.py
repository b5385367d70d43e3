"""Complaints (投诉举报) on one transaction: found by id, by their number, by the task they made."""

from collections.abc import Iterable
from typing import Any

from chassis import setwise
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.writes import Writes
from supervision.domain.complaint import ComplainantLook, Complaint, TellingMeans
from supervision.domain.complaint_rules import ComplaintRules
from supervision.domain.words import CloseReason
from supervision.store.needs import Pair
from supervision.store.rows import texts

COMPLAINT = {
    "complaint_id": "uuid",
    **texts("channel", "complaint_no"),
    "task_id": "uuid",
    **texts("id_no", "subject_name", "region", "department", "item_code", "content"),
    "received_at": "timestamptz",
    "reply_wanted": "boolean",
    **texts("masked_name", "masked_contact"),
    **dict.fromkeys(("sealed_name", "sealed_contact", "digest"), "bytea"),
    **texts("entered_by"),
    **dict.fromkeys(("entered_at", "answered_at"), "timestamptz"),
    **texts("close_reason", "answer", "inspection_no"),
    "told_at": "timestamptz",
    **texts("told_means", "told_by"),
}
_KINDS = {"close_reason": CloseReason, "told_means": TellingMeans}
"""Empty where there is none."""
_LOOK = {"complaint_id": "uuid", **texts("by"), "at": "timestamptz", **texts("reason")}
_OF_IDS = setwise.select("complaint", {"complaint_id": "uuid"})
_NUMBERED = setwise.select("complaint", {"channel": "text", "complaint_no": "text"})
_KEEP = setwise.upsert("complaint", COMPLAINT, ("complaint_id",))
_ADD_LOOKS = setwise.insert("complaint_look", _LOOK)


class LoadedComplaints:
    """ports.Complaints. What was not loaded raises KeyError."""

    def __init__(self, rules: ComplaintRules) -> None:
        self.rules = rules
        self._rows = Entries[str, Complaint]()
        self._numbers: dict[Pair, str] = {}
        self._looks: list[ComplainantLook] = []

    def get(self, complaint_id: str) -> Complaint | None:
        """The complaint, or None."""
        return self._rows.at(complaint_id)

    def numbered(self, channel: str, complaint_no: str) -> Complaint | None:
        """That of a number, or None."""
        known = self._numbers[channel, complaint_no]
        return self._rows.at(known) if known else None

    def save(self, complaint: Complaint) -> None:
        """Keep a new or changed one."""
        self._rows.put(complaint.complaint_id, complaint)
        self._numbers[complaint.channel, complaint.complaint_no] = complaint.complaint_id

    def note(self, look: ComplainantLook) -> None:
        """Keep the trace of a look."""
        self._looks.append(look)

    async def read(self, reads: Asking, ids: set[str], numbers: set[Pair]) -> None:
        """Those with these ids, and with these (channel, number), which are locked."""
        self._rows.expect(ids)
        self._numbers.update(dict.fromkeys(numbers, ""))
        found = [
            *(await reads.fetch(_OF_IDS, sorted(ids)) if ids else ()),
            *(await reads.fetch(_NUMBERED, *setwise.transposed(numbers)) if numbers else ()),
        ]
        for row in found:
            complaint = _complaint(row)
            self._rows.found(complaint.complaint_id, complaint)
            self._numbers[complaint.channel, complaint.complaint_no] = complaint.complaint_id

    def write(self, writes: Writes) -> None:
        """Write what changed, and who looked."""
        writes.put_rows(_KEEP, map(_row, self._rows.changed.values()))
        writes.put_rows(_ADD_LOOKS, _looks(self._looks))


def _row(complaint: Complaint) -> tuple[Any, ...]:
    return tuple(getattr(complaint, name) or "" if name in _KINDS else getattr(complaint, name) for name in COMPLAINT)


def _complaint(row: Any) -> Complaint:
    said = {name: row[name] for name in COMPLAINT}
    said |= {name: str(row[name]) for name in ("complaint_id", "task_id")}
    kinds = {name: kind(row[name]) if row[name] else None for name, kind in _KINDS.items()}
    return Complaint(**said | kinds)


def _looks(looks: Iterable[ComplainantLook]) -> list[tuple[Any, ...]]:
    return [tuple(getattr(look, name) for name in _LOOK) for look in looks]
