"""Use cases (用例) of approval: plain functions on loaded state; each refuses before it changes anything."""

from approval.handlers.api_keys import make_key, revoke_key
from approval.handlers.calendar import seed_calendar, tell_year
from approval.handlers.cases import import_cases, register_case
from approval.handlers.credit import (
    on_bar_ended,
    on_bar_imposed,
    on_grade_changed,
    on_identity_changed,
    on_list_entered,
    on_list_left,
    on_objection_told,
    on_record_added,
    on_record_ended,
)
from approval.handlers.directory import list_department, list_person
from approval.handlers.feedback import (
    answer_feedback,
    no_such_feedback,
    on_feedback_raised,
    recompute,
    take_step,
)
from approval.handlers.gate import ask_gate
from approval.handlers.imports import note_check, run_import, take_file, undo_import
from approval.handlers.items import list_item, tell_items
from approval.handlers.progress import (
    on_inspection_concluded,
    on_task_cancelled,
    on_task_claimed,
    on_task_closed,
    on_task_created,
    on_task_joined,
    on_task_returned,
    on_task_routed,
    on_unmatched,
)
from approval.handlers.reveals import complete_file, reveal_subject
from approval.handlers.role_grants import confirm_grant, end_grant, grant_role

__all__ = [
    "answer_feedback",
    "ask_gate",
    "complete_file",
    "confirm_grant",
    "end_grant",
    "grant_role",
    "import_cases",
    "list_department",
    "list_item",
    "list_person",
    "make_key",
    "no_such_feedback",
    "note_check",
    "on_bar_ended",
    "on_bar_imposed",
    "on_feedback_raised",
    "on_grade_changed",
    "on_identity_changed",
    "on_inspection_concluded",
    "on_list_entered",
    "on_list_left",
    "on_objection_told",
    "on_record_added",
    "on_record_ended",
    "on_task_cancelled",
    "on_task_claimed",
    "on_task_closed",
    "on_task_created",
    "on_task_joined",
    "on_task_returned",
    "on_task_routed",
    "on_unmatched",
    "recompute",
    "register_case",
    "reveal_subject",
    "revoke_key",
    "run_import",
    "seed_calendar",
    "take_file",
    "take_step",
    "tell_items",
    "tell_year",
    "undo_import",
]
