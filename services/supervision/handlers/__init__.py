"""Use cases (用例) of supervision: load, ask the domain, save, publish. Each refuses before it changes anything."""

from supervision.handlers.catalogue import (
    VersionReceipt,
    draft_version,
    publish_version,
    retire_version,
    send_back_version,
    submit_version,
)
from supervision.handlers.decisions import on_case_corrected, on_case_decided
from supervision.handlers.directory import on_directory_changed
from supervision.handlers.grades import on_grade_changed
from supervision.handlers.inspections import InspectionReceipt, conclude_inspection, conclude_task
from supervision.handlers.inspectors import RegisterReceipt, register_inspector
from supervision.handlers.tasks import claim_task

__all__ = [
    "InspectionReceipt",
    "RegisterReceipt",
    "VersionReceipt",
    "claim_task",
    "conclude_inspection",
    "conclude_task",
    "draft_version",
    "on_case_corrected",
    "on_case_decided",
    "on_directory_changed",
    "on_grade_changed",
    "publish_version",
    "register_inspector",
    "retire_version",
    "send_back_version",
    "submit_version",
]
