"""Use cases (用例) of credit: plain functions on loaded state; each refuses before it changes anything."""

from credit.handlers.assessment import reassess
from credit.handlers.calendar import on_calendar_changed
from credit.handlers.explaining import explain
from credit.handlers.identities import merge_subject, no_such_subject, on_case_decided, split_subject
from credit.handlers.inspections import on_inspection_concluded
from credit.handlers.penalties import on_referral_concluded
from credit.handlers.rules import (
    RulesReceipt,
    draft_rules,
    publish_rules,
    rules_applied,
    send_back_rules,
    submit_rules,
)

__all__ = [
    "RulesReceipt",
    "draft_rules",
    "explain",
    "merge_subject",
    "no_such_subject",
    "on_calendar_changed",
    "on_case_decided",
    "on_inspection_concluded",
    "on_referral_concluded",
    "publish_rules",
    "reassess",
    "rules_applied",
    "send_back_rules",
    "split_subject",
    "submit_rules",
]
