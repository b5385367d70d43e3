"""Use cases (用例) of supervision: load, ask the domain, save, publish. Each refuses before it changes anything."""

from supervision.handlers.api_keys import on_api_key_changed
from supervision.handlers.calendar import on_calendar_changed
from supervision.handlers.catalogue import (
    VersionReceipt,
    draft_version,
    look_at_version,
    publish_version,
    retire_version,
    send_back_version,
    submit_version,
    version_in_force,
)
from supervision.handlers.complaints import ComplaintReceipt, receive_complaint, reveal_complainant, tell_complainant
from supervision.handlers.deadlines import recompute_deadline, take_step
from supervision.handlers.decisions import on_case_corrected, on_case_decided
from supervision.handlers.directory import on_directory_changed
from supervision.handlers.draw_replacements import replace_officer
from supervision.handlers.drawn_tasks import assign_drawn
from supervision.handlers.draws import cancel_draw, prepare_draw, run_draw
from supervision.handlers.enterprise import add_own_evidence, report_own
from supervision.handlers.evidence import add_evidence, add_signature
from supervision.handlers.feedback import on_feedback_answered, on_feedback_overdue, raise_feedback
from supervision.handlers.grades import on_grade_changed
from supervision.handlers.handover import HandOverReceipt, hand_over
from supervision.handlers.inspections import InspectionReceipt, conclude_inspection, conclude_task, inspect_task
from supervision.handlers.inspectors import RegisterReceipt, change_service, register_inspector
from supervision.handlers.limits import explain_deadline, extend_deadline, resume_deadline, stop_deadline
from supervision.handlers.matters import (
    MatterReceipt,
    aimed_entries,
    register_matter,
    scope_of_matter,
    scopes_of_plan,
    urge_filing,
)
from supervision.handlers.officers import ConflictReceipt, declare_conflict, end_conflict
from supervision.handlers.plans import PlanReceipt, amend_plan, draft_plan, file_plan, send_back_plan, submit_plan
from supervision.handlers.publicity import correct as correct_publication
from supervision.handlers.publicity import on_objection_decided, on_objection_lodged
from supervision.handlers.publicity import publicise as publicise_result
from supervision.handlers.publicity import question as question_publication
from supervision.handlers.publicity import uphold as uphold_publication
from supervision.handlers.publicity import withdraw as withdraw_publication
from supervision.handlers.rectifications import (
    order_rectification,
    penalise_task,
    refer_task,
    report_rectified,
    supplement_referral,
    verify_rectification,
)
from supervision.handlers.recusals import answer_recusal, ask_recusal
from supervision.handlers.risk import reclassify_object
from supervision.handlers.risk_overrides import confirm_override, end_override, override_risk
from supervision.handlers.site_visits import (
    VisitReceipt,
    announce_visit,
    approve_visit,
    cancel_visit,
    enter_visit,
    finish_visit,
    rate_visit,
    remind_visit,
    request_visit,
    scan_visit,
)
from supervision.handlers.standstills import resume_object, suspend_object
from supervision.handlers.tasks import (
    arbitrate_task,
    claim_automatically,
    claim_task,
    dispute_task,
    return_task,
    route_task,
    transfer_task,
)
from supervision.handlers.urging import urge_tasks
from supervision.handlers.visits import close_task, plan_task, plan_visit, start_task

__all__ = [
    "ComplaintReceipt",
    "ConflictReceipt",
    "HandOverReceipt",
    "InspectionReceipt",
    "MatterReceipt",
    "PlanReceipt",
    "RegisterReceipt",
    "VersionReceipt",
    "VisitReceipt",
    "add_evidence",
    "add_own_evidence",
    "add_signature",
    "aimed_entries",
    "amend_plan",
    "announce_visit",
    "answer_recusal",
    "approve_visit",
    "arbitrate_task",
    "ask_recusal",
    "assign_drawn",
    "cancel_draw",
    "cancel_visit",
    "change_service",
    "claim_automatically",
    "claim_task",
    "close_task",
    "conclude_inspection",
    "conclude_task",
    "confirm_override",
    "correct_publication",
    "declare_conflict",
    "dispute_task",
    "draft_plan",
    "draft_version",
    "end_conflict",
    "end_override",
    "enter_visit",
    "explain_deadline",
    "extend_deadline",
    "file_plan",
    "finish_visit",
    "hand_over",
    "inspect_task",
    "look_at_version",
    "on_api_key_changed",
    "on_calendar_changed",
    "on_case_corrected",
    "on_case_decided",
    "on_directory_changed",
    "on_feedback_answered",
    "on_feedback_overdue",
    "on_grade_changed",
    "on_objection_decided",
    "on_objection_lodged",
    "order_rectification",
    "override_risk",
    "penalise_task",
    "plan_task",
    "plan_visit",
    "prepare_draw",
    "publicise_result",
    "publish_version",
    "question_publication",
    "raise_feedback",
    "rate_visit",
    "receive_complaint",
    "reclassify_object",
    "recompute_deadline",
    "refer_task",
    "register_inspector",
    "register_matter",
    "remind_visit",
    "replace_officer",
    "report_own",
    "report_rectified",
    "request_visit",
    "resume_deadline",
    "resume_object",
    "retire_version",
    "return_task",
    "reveal_complainant",
    "route_task",
    "run_draw",
    "scan_visit",
    "scope_of_matter",
    "scopes_of_plan",
    "send_back_plan",
    "send_back_version",
    "start_task",
    "stop_deadline",
    "submit_plan",
    "submit_version",
    "supplement_referral",
    "suspend_object",
    "take_step",
    "tell_complainant",
    "transfer_task",
    "uphold_publication",
    "urge_filing",
    "urge_tasks",
    "verify_rectification",
    "version_in_force",
    "withdraw_publication",
]
