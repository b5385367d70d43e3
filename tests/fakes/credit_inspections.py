"""What approval and supervision tell, for the tests of credit."""

from datetime import UTC, date, datetime

from contracts.approval import CaseDecided
from contracts.event import Object, Subject
from contracts.process import ReferralConcluded
from contracts.supervision import Finding, InspectionConcluded
from kernel.decision import DecisionKind
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
    purpose: str = "ROUTINE",
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
        purpose=purpose,
    )


def a_penalty(
    document: str = "罚〔2012〕1号",
    *punish_types: str,
    on: str = "2012-03-01",
    of: str = "S1",
    inspection: str = "1",
    fine: str = "",
    simple: bool = False,
) -> ReferralConcluded:
    """One penalty entered after a referral; none when no kind is named."""
    return ReferralConcluded(
        source_system="unit",
        task_id=f"T-{inspection}",
        region="640202",
        department="DEMO-FOOD",
        subject=Subject(id_type="099", id_no=of, kind="ORGANISATION", name="测试餐馆"),
        object=Object(object_no="L1"),
        by="officer-1",
        at=datetime(2012, 3, 1, 4, tzinfo=UTC),
        inspection_no=inspection,
        no_penalty=not punish_types,
        punish_types=punish_types,
        punish_document_code=document if punish_types else "",
        decision_date=date.fromisoformat(on),
        fine_yuan=fine,
        simple_procedure=simple,
        authority="ENFORCE",
    )


def a_decision(
    object_no: str = "L1", of: str = "S1", *, version: int = 1, on: str = "2012-03-01", name: str = "持证餐馆"
) -> CaseDecided:
    """A licence granted for an object."""
    return CaseDecided(
        source_system="unit",
        region="640202",
        case_id=f"C-{object_no}-{version}",
        revision=1,
        kind=DecisionKind.NEW if version == 1 else DecisionKind.CHANGE,
        item_code="1006",
        decided_on=date.fromisoformat(on),
        subject=Subject(id_type="099", id_no=of, kind="ORGANISATION", name=name),
        object=Object(object_no=object_no),
        object_version=version,
    )
