"""Use cases (用例) of approval: plain functions on loaded state; each refuses before it changes anything."""

from approval.handlers.cases import import_cases, list_item, on_grade_changed, register_case
from approval.handlers.directory import list_department, list_person

__all__ = [
    "import_cases",
    "list_department",
    "list_item",
    "list_person",
    "on_grade_changed",
    "register_case",
]
