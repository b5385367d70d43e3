"""What supervision tells of complaints (投诉举报事件): what came in, and what came of it. Never who complained."""

from contracts.complaint import ComplaintAnswered, ComplaintReceived
from supervision.domain.complaint import Complaint
from supervision.domain.task import Task
from supervision.outgoing.chain import about


def complaint_received(complaint: Complaint, task: Task) -> ComplaintReceived:
    """投诉举报已登记."""
    return ComplaintReceived(
        **about(task),
        complaint_id=complaint.complaint_id,
        channel=complaint.channel,
        complaint_no=complaint.complaint_no,
        item_code=complaint.item_code,
        received_at=complaint.received_at,
        reply_wanted=complaint.reply_wanted,
        at=complaint.entered_at,
    )


def complaint_answered(complaint: Complaint, task: Task) -> ComplaintAnswered:
    """投诉举报已办结; raises ValueError for one whose task goes on."""
    if complaint.answered_at is None or complaint.close_reason is None:
        raise ValueError("a complaint is answered when its task was closed")
    return ComplaintAnswered(
        **about(task),
        complaint_id=complaint.complaint_id,
        channel=complaint.channel,
        complaint_no=complaint.complaint_no,
        close_reason=complaint.close_reason,
        answer=complaint.answer,
        inspection_no=complaint.inspection_no,
        reply_wanted=complaint.reply_wanted,
        at=complaint.answered_at,
    )
