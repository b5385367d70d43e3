"""Referral to enforcement (移送执法) and what came of it (处罚结果).

The fields of the penalty are those of the national 监管行为 data, 处罚行为 (domain research 2.4); the inspection it rests
on is named by ``check_action_code`` there, which is our inspection number.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise

from kernel.refusal import Fault, malformed
from supervision.domain.content import name_faults
from supervision.domain.words import TOUCHES_LICENCE, PunishType

_LONGEST = {
    **dict.fromkeys(("punish_action_name",), 500),
    **dict.fromkeys(("punish_action_code", "case_source", "close_method", "submitted_personnel"), 50),
    **dict.fromkeys(("punish_document_code", "legal_opinion"), 100),
    **dict.fromkeys(("punish_result", "collective_conclusion", "other_disposal", "close_result"), 1000),
    **dict.fromkeys(("illegal_fact", "punish_basis"), 4000),
}


@dataclass(frozen=True, kw_only=True)
class Penalty:
    """处罚结果: a penalty, or the decision not to impose one (不予处罚). Raises ``invalid-content``."""

    no_penalty: bool = False
    """不予行政处罚."""
    punish_action_name: str = ""
    punish_action_code: str = ""
    case_source: str = ""
    """案件来源."""
    illegal_fact: str = ""
    punish_basis: str = ""
    case_process_type: str = "02"
    """处罚程序: 01 简易, 02 一般."""
    is_hearing: bool = False
    """是否听证."""
    filing_date: date | None = None
    is_criminal: bool = False
    """是否涉刑案件."""
    is_major: bool = False
    """是否重大案件."""
    legal_review: bool = False
    legal_review_date: date | None = None
    legal_opinion: str = ""
    collective_discussion: bool = False
    collective_date: date | None = None
    collective_conclusion: str = ""
    punish_document_code: str = ""
    """处罚文书号."""
    decision_date: date
    punish_types: tuple[PunishType, ...] = ()
    fine: Decimal | None = None
    """罚款金额, yuan."""
    punish_result: str = ""
    reconsideration: bool = False
    """行政复议."""
    litigation: bool = False
    """行政诉讼."""
    close_method: str = ""
    """结案执行方式."""
    close_result: str = ""
    paid_amount: Decimal | None = None
    """实缴金额, yuan."""
    close_date: date | None = None
    other_disposal: str = ""
    transfer_date: date | None = None
    submitted_date: date | None = None
    submitted_personnel: str = ""

    def __post_init__(self) -> None:
        if faults := list(_faults(self)):
            raise malformed(faults)

    def require_day(self, today: date) -> None:
        """A decision lies not in the future (决定日期); else ``invalid-content``. ``today`` is the day in China."""
        if self.decision_date > today:
            zh, en = f"决定日期不能晚于今天 {today}", f"decision_date must not lie after today, {today}"
            raise malformed([Fault(pointer="/decision_date", zh=zh, en=en)])

    @property
    def summary(self) -> bool:
        """True for 简易程序."""
        return self.case_process_type == "01"

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
    if len(set(penalty.punish_types)) < len(penalty.punish_types):
        yield Fault(pointer="/punish_types", zh="处罚种类重复", en="a kind of penalty is named twice")
    if penalty.no_penalty and penalty.fine:
        yield Fault(pointer="/fine", zh="不予处罚不能有罚款金额", en="where there is no penalty there is no fine")
    for name in ("fine", "paid_amount"):
        amount: Decimal | None = getattr(penalty, name)
        if amount is not None and amount < 0:
            yield Fault(pointer=f"/{name}", zh="金额不能为负", en="an amount is not negative")
    if penalty.case_process_type not in {"01", "02"}:
        yield Fault(pointer="/case_process_type", zh="处罚程序为 01 简易或 02 一般", en="01 summary or 02 ordinary")
    yield from _order_faults(penalty)


def _order_faults(penalty: Penalty) -> Iterator[Fault]:
    """立案 ≤ 决定 ≤ 结案 ≤ 报送."""
    named = (
        ("filing_date", penalty.filing_date),
        ("decision_date", penalty.decision_date),
        ("close_date", penalty.close_date),
        ("submitted_date", penalty.submitted_date),
    )
    given = [(name, day) for name, day in named if day]
    for (before, earlier), (name, later) in pairwise(given):
        if later < earlier:
            yield Fault(
                pointer=f"/{name}",
                zh=f"{name} 不早于 {before}：立案、决定、结案、报送依次进行",
                en=f"{name} is not before {before}: filed, decided, closed, submitted in this order",
            )
