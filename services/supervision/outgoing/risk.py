"""What supervision tells of risk classes (风险分级事件)."""

from datetime import datetime

from contracts import risk as contract
from contracts.event import Object
from kernel.risk import RiskBasis, RiskCause, RiskClass
from supervision.domain.register import RegisteredObject
from supervision.domain.risk_object import ObjectRisk
from supervision.outgoing.chain import subject_of


def risk_classified(
    entry: RegisteredObject, risk: ObjectRisk, previous: RiskClass | None, cause: RiskCause, by: str, at: datetime
) -> contract.RiskClassified:
    """风险等级已变化. Raises LookupError for an object without a class."""
    if risk.risk_class is None or risk.item_risk is None:
        raise LookupError("only an object that was classified is told about")
    overridden = any(reason.basis is RiskBasis.OVERRIDE for reason in risk.reasons)
    return contract.RiskClassified(
        source_system=entry.source_system,
        region=entry.region,
        subject=subject_of(entry.holder),
        object=Object(object_no=entry.object_no, name=entry.name, address=entry.address),
        version=risk.version,
        risk_class=risk.risk_class,
        previous=previous,
        item_risk=risk.item_risk,
        grade=risk.grade,
        override=risk.risk_class if overridden else None,
        reasons=tuple(contract.RiskReason(basis=r.basis, value=r.value, about=r.about) for r in risk.reasons),
        table=risk.table,
        cause=cause,
        by=by,
        at=at,
    )
