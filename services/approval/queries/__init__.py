"""Queries (查询): SQL straight to answers, no aggregates. Personal numbers and names leave here masked, never whole."""

from approval.queries.api_keys import api_keys
from approval.queries.calendar import calendar
from approval.queries.cases import CaseFilter, case_revisions, cases, grade_of, items
from approval.queries.directory import departments, people
from approval.queries.feedback import feedback_list, one_feedback
from approval.queries.figures import figures, ledger
from approval.queries.gate import gate_queries
from approval.queries.imports import import_batch, import_batches, same_file
from approval.queries.progress import case_progress
from approval.queries.role_grants import role_grants
from approval.queries.scopes import SCOPES
from approval.queries.subjects import persons_with, reveals

__all__ = [
    "SCOPES",
    "CaseFilter",
    "api_keys",
    "calendar",
    "case_progress",
    "case_revisions",
    "cases",
    "departments",
    "feedback_list",
    "figures",
    "gate_queries",
    "grade_of",
    "import_batch",
    "import_batches",
    "items",
    "ledger",
    "one_feedback",
    "people",
    "persons_with",
    "reveals",
    "role_grants",
    "same_file",
]
