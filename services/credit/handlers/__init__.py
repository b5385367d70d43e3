"""Use cases (用例) of credit: plain functions on loaded state; each refuses before it changes anything."""

from credit.handlers.assessment import reassess
from credit.handlers.calendar import on_calendar_changed
from credit.handlers.identities import merge_subject, no_such_subject, on_case_decided, split_subject
from credit.handlers.inspections import on_inspection_concluded
from credit.handlers.penalties import on_referral_concluded
from credit.handlers.trail import forget_queries, note_query

__all__ = [
    "forget_queries",
    "merge_subject",
    "no_such_subject",
    "note_query",
    "on_calendar_changed",
    "on_case_decided",
    "on_inspection_concluded",
    "on_referral_concluded",
    "reassess",
    "split_subject",
]
