"""Queries (查询): SQL straight to the answer, read only. Pages are cut by key: a page stays right while rows come in."""

from console.queries.assessment import assessed
from console.queries.board import Board, board
from console.queries.cases import CaseFilter, cases, one_case
from console.queries.due import MOST_COUNTED, NEVER, Place, Span, count_due, tasks_by_due
from console.queries.figures import figures, ledger
from console.queries.subjects import cases_behind, grades_told, one_subject
from console.queries.tasks import TaskFilter, one_task, tasks
from console.queries.trace import newest_told, trace_of_case, trace_of_task

__all__ = [
    "MOST_COUNTED",
    "NEVER",
    "Board",
    "CaseFilter",
    "Place",
    "Span",
    "TaskFilter",
    "assessed",
    "board",
    "cases",
    "cases_behind",
    "count_due",
    "figures",
    "grades_told",
    "ledger",
    "newest_told",
    "one_case",
    "one_subject",
    "one_task",
    "tasks",
    "tasks_by_due",
    "trace_of_case",
    "trace_of_task",
]
