"""Rows (行): aggregate ↔ row, and the column types of the set-wise statements; both in the same order."""

from collections.abc import Sequence
from typing import Any

from chassis.setwise import LIST
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from supervision.domain import certificate
from supervision.domain.credit import SubjectGrade
from supervision.domain.decision import AppliedDecision, Outcome
from supervision.domain.inspection import Finding, Inspection, Line, Report
from supervision.domain.inspector import Inspector
from supervision.domain.register import Holder, RegisteredObject


def texts(*names: str) -> dict[str, str]:
    """Columns of type text."""
    return dict.fromkeys(names, "text")


OBJECT = {
    **texts("source_system", "object_no", "id_type", "id_no", "subject_kind", "subject_name"),
    **texts("name", "address", "region"),
    "object_version": "int",
    "provisional": "boolean",
    **texts("case_id", "standstill"),
}
DECISION = {
    **texts("source_system", "case_id"),
    "revision": "int",
    **texts("object_no"),
    "object_version": "int",
    **texts("kind", "item_code", "region"),
    "decided_on": "date",
    **texts("outcome", "catalogue_version"),
    "tasks_made": "int",
    "applied_at": "timestamptz",
    "commitment": "boolean",
    "existing": "boolean",
    **texts("id_type", "id_no", "subject_kind", "object_name", "object_address"),
}
INSPECTION = {
    **texts("source_system", "inspection_no", "object_no"),
    "task_id": "uuid",
    "ad_hoc": "boolean",
    "orphan": "boolean",
    "inspected_on": "date",
    "result": "text",
    **dict.fromkeys(("inspectors", "passed", "failed", "not_applicable", "not_checked"), LIST),
    "content": "bytea",
    "recorded_at": "timestamptz",
    "code_shown": "boolean",
    "code_excuse": "text",
    "for_cause": "boolean",
}
FINDING = texts("source_system", "inspection_no", "line_code", "severity", "note")
INSPECTOR = {
    **texts("code", "name", "department", "certificate_no"),
    **dict.fromkeys(("certificate_from", "certificate_to", "left_on"), "date"),
    "matters": LIST,
}
ANSWERS = {
    LineResult.PASS: "passed",
    LineResult.FAIL: "failed",
    LineResult.NOT_APPLICABLE: "not_applicable",
    LineResult.NOT_CHECKED: "not_checked",
}
"""Answer → the column that lists its lines, in the order of INSPECTION."""
GRADE = {
    **texts("id_type", "id_no", "source_system"),
    "version": "int",
    "grade": "text",
    "score": "int",
    "scorecard": "text",
    "assessed_on": "date",
}


def object_row(entry: RegisteredObject) -> tuple[Any, ...]:
    """In the order of OBJECT."""
    holder = entry.holder
    return (
        *(entry.source_system, entry.object_no, holder.id_type, holder.id_no, holder.kind, holder.name),
        *(entry.name, entry.address, entry.region, entry.object_version, entry.provisional, entry.case_id),
        entry.standstill,
    )


def object_of(row: Any) -> RegisteredObject:
    """From the columns of OBJECT."""
    return RegisteredObject(
        source_system=row["source_system"],
        object_no=row["object_no"],
        holder=holder_of(row),
        name=row["name"],
        address=row["address"],
        region=row["region"],
        object_version=row["object_version"],
        provisional=row["provisional"],
        case_id=row["case_id"],
        standstill=row["standstill"],
    )


def decision_row(decision: AppliedDecision) -> tuple[Any, ...]:
    """In the order of DECISION."""
    return tuple(getattr(decision, name) for name in DECISION)


def decision_of(row: Any) -> AppliedDecision:
    """From the columns of DECISION."""
    values = {name: row[name] for name in DECISION}
    values |= {"kind": DecisionKind(values["kind"]), "outcome": Outcome(values["outcome"])}
    return AppliedDecision(**values)


def inspection_row(inspection: Inspection) -> tuple[Any, ...]:
    """In the order of INSPECTION."""
    report = inspection.report
    return (
        *(inspection.source_system, report.inspection_no, inspection.object_no, inspection.task_id, inspection.ad_hoc),
        *(inspection.orphan, report.inspected_on, report.result, ",".join(report.inspectors)),
        *(",".join(report.codes(result)) for result in ANSWERS),
        *(inspection.content, inspection.recorded_at, report.code_shown, report.code_excuse, report.for_cause),
    )


def inspection_of(row: Any, findings: Sequence[Any]) -> Inspection:
    """From the columns of INSPECTION and the rows of FINDING; lines come back grouped by their answer."""
    return Inspection(
        source_system=row["source_system"],
        object_no=row["object_no"],
        task_id=str(row["task_id"]),
        ad_hoc=row["ad_hoc"],
        orphan=row["orphan"],
        report=Report(
            inspection_no=row["inspection_no"],
            inspected_on=row["inspected_on"],
            inspectors=tuple(row["inspectors"]),
            result=InspectionResult(row["result"]),
            lines=tuple(Line(code, result) for result, column in ANSWERS.items() for code in row[column]),
            findings=tuple(Finding(f["line_code"], Severity(f["severity"]), f["note"]) for f in findings),
            code_shown=row["code_shown"],
            code_excuse=row["code_excuse"],
            for_cause=row["for_cause"],
        ),
        content=row["content"],
        recorded_at=row["recorded_at"],
    )


def finding_rows(inspection: Inspection) -> list[tuple[Any, ...]]:
    """In the order of FINDING."""
    key = (inspection.source_system, inspection.report.inspection_no)
    return [(*key, found.line_code, found.severity, found.note) for found in inspection.report.findings]


def inspector_row(inspector: Inspector) -> tuple[Any, ...]:
    """In the order of INSPECTOR."""
    held = inspector.certificate
    term = (held.no, held.valid_from, held.valid_to) if held else ("", None, None)
    return (inspector.code, inspector.name, inspector.department, *term, inspector.left_on, ",".join(inspector.matters))


def inspector_of(row: Any) -> Inspector:
    """From the columns of INSPECTOR."""
    return Inspector(
        code=row["code"],
        name=row["name"],
        department=row["department"],
        certificate=certificate.stated(row["certificate_no"], row["certificate_from"], row["certificate_to"]),
        left_on=row["left_on"],
        matters=tuple(row["matters"]),
    )


def grade_row(grade: SubjectGrade) -> tuple[Any, ...]:
    """In the order of GRADE."""
    return tuple(getattr(grade, name) for name in GRADE)


def grade_of(row: Any) -> SubjectGrade:
    """From the columns of GRADE."""
    values = {name: row[name] for name in GRADE}
    return SubjectGrade(**(values | {"grade": Grade(values["grade"])}))


def holder_of(row: Any) -> Holder:
    """From the four columns of a holder."""
    return Holder(
        id_type=row["id_type"],
        id_no=row["id_no"],
        kind=row["subject_kind"],
        name=row["subject_name"],
    )
