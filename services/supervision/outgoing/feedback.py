"""What supervision asks of the approver (结果反馈), translated."""

from contracts.event import Object
from contracts.feedback import FeedbackRaised
from supervision.domain.feedback import Feedback
from supervision.outgoing.chain import subject_of


def feedback_raised(feedback: Feedback) -> FeedbackRaised:
    """监管结果已反馈."""
    return FeedbackRaised(
        source_system=feedback.source_system,
        region=feedback.region,
        feedback_id=feedback.feedback_id,
        case_id=feedback.case_id,
        task_id=feedback.task_id,
        department=feedback.department,
        kind=feedback.kind,
        subject=subject_of(feedback.holder),
        object=Object(object_no=feedback.object_no, name=feedback.object_name, address=feedback.object_address),
        reason=feedback.reason,
        legal_basis=feedback.legal_basis,
        inspection_no=feedback.inspection_no,
        raised_by=feedback.raised_by,
        raised_at=feedback.raised_at,
    )
