"""What credit tells of objections to the records of ``tests.fakes.approval``."""

from datetime import date

from contracts.redress import ObjectionDecided, ObjectionLodged, ReviewRequested
from tests.fakes.approval import NOW, a_credit_event


def an_objection(record_id: str = "R1", objection_id: str = "O1") -> ObjectionLodged:
    """Somebody says the record is wrong."""
    told = {"record_id": record_id, "objection_id": objection_id, "by": "p-1", "at": NOW}
    return ObjectionLodged(**a_credit_event() | told, reason="已整改", due_on=date(2026, 6, 8))


def a_review(record_id: str = "R1", objection_id: str = "O1") -> ReviewRequested:
    """Somebody else is to look again."""
    told = {"record_id": record_id, "objection_id": objection_id, "by": "p-1", "at": NOW}
    return ReviewRequested(**a_credit_event() | told, reason="证据未核", due_on=date(2026, 6, 15))


def an_objection_decided(
    record_id: str = "R1", objection_id: str = "O1", *, review: bool = False, upheld: bool = False
) -> ObjectionDecided:
    """The objection, or its review, is at its end."""
    told = {"record_id": record_id, "objection_id": objection_id, "by": "p-2", "at": NOW}
    return ObjectionDecided(**a_credit_event() | told, upheld=upheld, reason="核查完毕", review=review)
