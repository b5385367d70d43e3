"""Queries (查询): SQL straight to the answer, read only. Pages are cut by key: a page stays right while rows come in."""

from console.queries.assessment import assessed
from console.queries.board import Board, board
from console.queries.cases import CaseFilter, cases, one_case
from console.queries.due import MOST_COUNTED, NEVER, Place, Span, count_due, tasks_by_due
from console.queries.figures import figures, ledger
from console.queries.fixing import counted, fixed_rows, fixing, fixing_of, rebuild_of
from console.queries.names import departments
from console.queries.numbers import GAUGES, numbers
from console.queries.subjects import cases_behind, grades_told, one_subject
from console.queries.tasks import TaskFilter, one_task, tasks
from console.queries.trace import clocks_of_cards, first_of_case, mark, trace_of_case, trace_of_task

__all__ = [
    "GAUGES",
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
    "clocks_of_cards",
    "count_due",
    "counted",
    "departments",
    "figures",
    "first_of_case",
    "fixed_rows",
    "fixing",
    "fixing_of",
    "grades_told",
    "ledger",
    "mark",
    "numbers",
    "one_case",
    "one_subject",
    "one_task",
    "rebuild_of",
    "tasks",
    "tasks_by_due",
    "trace_of_case",
    "trace_of_task",
]
