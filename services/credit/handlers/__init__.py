"""Use cases (用例) of credit: plain functions on loaded state; each refuses before it changes anything."""

from credit.handlers.assessment import reassess
from credit.handlers.bars import impose_bar, lift_bar
from credit.handlers.calendar import on_calendar_changed
from credit.handlers.identities import merge_subject, no_such_subject, on_case_decided, split_subject
from credit.handlers.inspections import on_inspection_concluded
from credit.handlers.items import on_item_listed
from credit.handlers.lists import enter_list, exit_list
from credit.handlers.penalties import on_referral_concluded

__all__ = [
    "enter_list",
    "exit_list",
    "impose_bar",
    "lift_bar",
    "merge_subject",
    "no_such_subject",
    "on_calendar_changed",
    "on_case_decided",
    "on_inspection_concluded",
    "on_item_listed",
    "on_referral_concluded",
    "reassess",
    "split_subject",
]
