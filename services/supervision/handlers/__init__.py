"""Use cases (用例) of supervision: load, ask the domain, save, publish. Each refuses before it changes anything."""

from supervision.handlers.catalogue import LoadReceipt, RegisterReceipt, load_catalogue, register_inspector
from supervision.handlers.decisions import on_case_corrected, on_case_decided
from supervision.handlers.grades import on_grade_changed
from supervision.handlers.inspections import InspectionReceipt, conclude_inspection, conclude_task
from supervision.handlers.tasks import claim_task

__all__ = [
    "InspectionReceipt",
    "LoadReceipt",
    "RegisterReceipt",
    "claim_task",
    "conclude_inspection",
    "conclude_task",
    "load_catalogue",
    "on_case_corrected",
    "on_case_decided",
    "on_grade_changed",
    "register_inspector",
]
