"""What people ask of credit, for the tests of repair, objection and withdrawal."""

from datetime import date
from typing import Any

from credit.domain.entry import EnterRecord
from credit.domain.objection import DecideObjection, ForwardObjection, LodgeObjection, ReviewObjection
from credit.domain.repair import AcceptRepair, ApplyRepair, DecideRepair, RejectRepair
from credit.domain.withdrawal import CancelWithdrawal, ConfirmWithdrawal, WithdrawRecord
from kernel.credit import RecordClass, RecordKind
from kernel.subject import SubjectKey, SubjectKind

OWNER, CLERK, HEAD, THIRD = "qy-1", "xy-1", "xy-2", "xy-3"


def an_entry(
    document: str = "罚1号", record_class: str = "GENERAL", *, on: str = "2012-03-01", **other: Any
) -> EnterRecord:
    """A penalty somebody enters."""
    day = date.fromisoformat(on)
    said: dict[str, Any] = {
        "kind": RecordKind.PENALTY,
        "subject": SubjectKey("099", "S1"),
        "subject_kind": SubjectKind.ORGANISATION,
        "name": "测试餐馆",
        "source_system": "unit",
        "region": "640202",
        "document_no": document,
        "document_on": day,
        "occurred_on": day,
        "department": "ENFORCE",
        "by": CLERK,
    }
    return EnterRecord(record_class=RecordClass(record_class), **said | other)


def apply(
    record_id: str, *, by: str = OWNER, proof: tuple[str, ...] = ("缴款书",), commitment: str = "承诺书"
) -> ApplyRepair:
    return ApplyRepair(record_id=record_id, by=by, proof=proof, commitment=commitment)


def accept(repair_id: str, by: str = CLERK) -> AcceptRepair:
    return AcceptRepair(repair_id=repair_id, by=by)


def reject(repair_id: str, by: str = CLERK, reason: str = "材料不全") -> RejectRepair:
    return RejectRepair(repair_id=repair_id, by=by, reason=reason)


def decide(repair_id: str, by: str = HEAD, *, granted: bool = True, reason: str = "符合条件") -> DecideRepair:
    return DecideRepair(repair_id=repair_id, by=by, granted=granted, reason=reason)


def lodge(
    record_id: str, by: str = OWNER, reason: str = "不是我单位", evidence: tuple[str, ...] = ("证据1",)
) -> LodgeObjection:
    return LodgeObjection(record_id=record_id, by=by, reason=reason, evidence=evidence)


def forward(objection_id: str, provider: str = "ENFORCE", by: str = CLERK) -> ForwardObjection:
    return ForwardObjection(objection_id=objection_id, by=by, provider=provider)


def judge(objection_id: str, by: str = CLERK, *, upheld: bool, reason: str = "经核查") -> DecideObjection:
    return DecideObjection(objection_id=objection_id, by=by, upheld=upheld, reason=reason)


def review(objection_id: str, by: str = OWNER, reason: str = "不服") -> ReviewObjection:
    return ReviewObjection(objection_id=objection_id, by=by, reason=reason)


def withdraw(record_id: str, by: str = CLERK, reason: str = "处罚决定被撤销") -> WithdrawRecord:
    return WithdrawRecord(record_id=record_id, by=by, reason=reason, document_no="复议1号")


def confirm(record_id: str, by: str = HEAD) -> ConfirmWithdrawal:
    return ConfirmWithdrawal(record_id=record_id, by=by)


def cancel(record_id: str, by: str = CLERK, reason: str = "登记错误") -> CancelWithdrawal:
    return CancelWithdrawal(record_id=record_id, by=by, reason=reason)
