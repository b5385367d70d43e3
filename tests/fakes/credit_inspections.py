"""Concluded inspections as supervision tells them, for the tests of credit."""

from datetime import date

from contracts.event import Object, Subject
from contracts.supervision import Finding, InspectionConcluded
from kernel.inspection import InspectionResult, Severity


def an_inspection(
    number: str = "1",
    result: str = "FAIL",
    *severities: str,
    on: str = "2012-03-01",
    of: str = "S1",
    name: str = "测试餐馆",
    source: str = "unit",
    object_no: str = "L1",
) -> InspectionConcluded:
    """One inspection; a finding per severity."""
    return InspectionConcluded(
        source_system=source,
        task_id=f"T-{number}",
        region="640202",
        department="DEMO-FOOD",
        subject=Subject(id_type="099", id_no=of, kind="ORGANISATION", name=name),
        object=Object(object_no=object_no),
        inspection_no=number,
        result=InspectionResult(result),
        findings=tuple(Finding(line_code=str(n), severity=Severity(s)) for n, s in enumerate(severities)),
        inspected_on=date.fromisoformat(on),
        inspectors=("a", "b"),
    )
