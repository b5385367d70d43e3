"""What supervision tells of complaints (投诉举报): what came in, and what came of it.

Who complained and what was said of whom stays where it was entered: neither is part of any event.
"""

from typing import ClassVar

from contracts.event import Event, Instant
from contracts.supervision import TaskEvent


class ComplaintEvent(TaskEvent, frozen=True, kw_only=True):
    """Base of what is told about a complaint, with the task it made."""

    complaint_id: str
    channel: str
    """受理渠道, as configured: HOTLINE 12345 热线, LETTER 来信, IN_PERSON 来访, ONLINE 网络."""
    complaint_no: str
    """编号 of the channel (工单号), unique within it."""
    reply_wanted: bool = False
    """要求回复: who complained wants to hear what came of it."""
    at: Instant


class ComplaintReceived(ComplaintEvent, frozen=True, kw_only=True):
    """投诉举报已登记: a task for cause was made for it."""

    fact: ClassVar[str] = "supervision.complaint.received"

    item_code: str = ""
    """审批事项 it is about; empty: none was named."""
    received_at: Instant
    """收到时间: when the channel received it; the limit counts from then."""


class ComplaintAnswered(ComplaintEvent, frozen=True, kw_only=True):
    """投诉举报已办结: what came of it (办理结果), for the channel to tell who complained."""

    fact: ClassVar[str] = "supervision.complaint.answered"

    close_reason: str
    """办结原因 of its task: INSPECTED, RECTIFIED, PENALISED …"""
    answer: str = ""
    """What was said when the task was closed."""
    inspection_no: str = ""
    """检查编号, when it was inspected."""


EVENTS: tuple[type[Event], ...] = (ComplaintReceived, ComplaintAnswered)
