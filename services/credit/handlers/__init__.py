"""Use cases (用例) of credit: plain functions on loaded state; each refuses before it changes anything."""

from credit.handlers.api_keys import on_api_key_changed
from credit.handlers.assessment import reassess
from credit.handlers.bars import impose_bar, lift_bar
from credit.handlers.calendar import on_calendar_changed
from credit.handlers.clocks import count_days
from credit.handlers.deadlines import recompute, take_step
from credit.handlers.entering import enter_record
from credit.handlers.explaining import explain
from credit.handlers.identities import merge_subject, no_such_subject, on_case_decided, split_subject
from credit.handlers.inspections import on_inspection_concluded
from credit.handlers.items import on_item_listed
from credit.handlers.lists import enter_list, exit_list
from credit.handlers.objections import decide_objection, forward_objection, lodge_objection, review_objection
from credit.handlers.penalties import on_referral_concluded
from credit.handlers.repairs import accept_repair, apply_repair, decide_repair, reject_repair
from credit.handlers.rules import (
    RulesReceipt,
    draft_rules,
    publish_rules,
    rules_applied,
    send_back_rules,
    submit_rules,
)
from credit.handlers.trail import forget_queries, note_query
from credit.handlers.withdrawals import cancel_withdrawal, confirm_withdrawal, withdraw_record

__all__ = [
    "RulesReceipt",
    "accept_repair",
    "apply_repair",
    "cancel_withdrawal",
    "confirm_withdrawal",
    "count_days",
    "decide_objection",
    "decide_repair",
    "draft_rules",
    "enter_list",
    "enter_record",
    "exit_list",
    "explain",
    "forget_queries",
    "forward_objection",
    "impose_bar",
    "lift_bar",
    "lodge_objection",
    "merge_subject",
    "no_such_subject",
    "note_query",
    "on_api_key_changed",
    "on_calendar_changed",
    "on_case_decided",
    "on_inspection_concluded",
    "on_item_listed",
    "on_referral_concluded",
    "publish_rules",
    "reassess",
    "recompute",
    "reject_repair",
    "review_objection",
    "rules_applied",
    "send_back_rules",
    "split_subject",
    "submit_rules",
    "take_step",
    "withdraw_record",
]
