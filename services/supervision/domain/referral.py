"""Referral to enforcement (移送执法) and what came of it (处罚结果).

The fields of the penalty are those of the national 监管行为 data, 处罚行为 (domain research 2.4); the inspection it rests
on is named by ``check_action_code`` there, which is our inspection number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from kernel.refusal import Fault, malformed
from supervision.domain.content import name_faults
from supervision.domain.words import TOUCHES_LICENCE, PunishType

_LONGEST = {"punish_action_name": 500, "punish_document_code": 100, "punish_result": 1000, "illegal_fact": 4000}


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """处罚结果: a penalty, or the decision not to impose one (不予处罚). Raises ``invalid-content``."""

    no_penalty: bool = False
    punish_action_name: str = ""
    punish_document_code: str = ""
    punish_types: tuple[PunishType, ...] = ()
    punish_result: str = ""
    punish_basis: str = ""
    illegal_fact: str = ""
    case_process_type: str = "02"
    """处罚程序: 01 简易, 02 一般."""
    fine: Decimal | None = None
    """罚款金额, yuan."""
    filing_date: date | None = None
    decision_date: date

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise malformed(faults)

    @property
    def touches_licence(self) -> bool:
        """True when the approver must hear of it (吊销、暂扣、降级、限制经营)."""
        return any(kind in TOUCHES_LICENCE for kind in self.punish_types)


@dataclass(frozen=True, kw_only=True)
class Referral:
    """移送. ``supplements`` counts how often enforcement asked for more material (要求补充材料)."""

    to_department: str
    reason: str
    referred_by: str
    referred_at: datetime
    inspection_no: str
    off_system: bool = False
    """线下移送: handed over outside the system; counted by an alert rule."""
    supplements: int = 0
    penalty: Penalty | None = None
    concluded_at: datetime | None = None


def _faults(penalty: Penalty) -> Iterator[Fault]:
    if penalty.no_penalty == bool(penalty.punish_types):
        yield Fault(
            pointer="/punish_types",
            zh="请写明处罚种类；不予处罚时 no_penalty 为 true 且不写处罚种类",
            en="name the kinds of penalty; with no_penalty true name none",
        )
    if not penalty.no_penalty:
        yield from name_faults("/punish_document_code", penalty.punish_document_code, longest=100)
    for name, longest in _LONGEST.items():
        yield from name_faults(f"/{name}", getattr(penalty, name), longest=longest, required=False)
    if penalty.fine is not None and penalty.fine < 0:
        yield Fault(pointer="/fine", zh="罚款金额不能为负", en="a fine is not negative")
    if penalty.case_process_type not in {"01", "02"}:
        yield Fault(pointer="/case_process_type", zh="处罚程序为 01 简易或 02 一般", en="01 summary or 02 ordinary")
    if penalty.filing_date and penalty.filing_date > penalty.decision_date:
        yield Fault(pointer="/decision_date", zh="决定日期不早于立案日期", en="decision_date is not before filing_date")
