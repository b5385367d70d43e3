"""Ports of complaints (投诉举报的端口): those a unit of work touches, and the channels they come by."""

from typing import Protocol

from supervision.domain.complaint import ComplainantLook, Complaint
from supervision.domain.complaint_rules import ComplaintRules


class Complaints(Protocol):
    """投诉举报; one number is entered once at a time."""

    @property
    def rules(self) -> ComplaintRules:
        """投诉举报规则."""
        ...

    def get(self, complaint_id: str) -> Complaint | None:
        """The complaint, or None; loaded for what is done to it or to its task."""
        ...

    def numbered(self, channel: str, complaint_no: str) -> Complaint | None:
        """That of a number, or None; loaded for what is received."""
        ...

    def save(self, complaint: Complaint) -> None:
        """Keep a new or changed one."""
        ...

    def note(self, look: ComplainantLook) -> None:
        """Keep the trace of a look; it never changes."""
        ...


class ComplaintsWork(Protocol):
    """What of complaints a unit of work holds."""

    @property
    def complaints(self) -> Complaints:
        """投诉举报."""
        ...
