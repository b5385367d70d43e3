"""Hold (信用约束): what may keep somebody from a licence, as this service holds it for the gate.

Facts arrive in any order and twice: ``joined`` gives the same hold whatever the order, and an end that came before its
beginning stays an end.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kernel.subject import SubjectKey


class HoldOrigin(StrEnum):
    """Where a hold comes from (约束来源); with its id there it is known."""

    BAR = "BAR"  # 信用: 限制申请
    LIST = "LIST"  # 信用: 名单条目
    RECORD = "RECORD"  # 信用: 信用记录
    FEEDBACK = "FEEDBACK"  # 本服务采纳的监管反馈


class HoldKind(StrEnum):
    """What a hold is (约束种类). What follows from each is configuration: gate.toml."""

    REFUSAL = "REFUSAL"  # 隐瞒情况或提供虚假材料申请, 行政许可法第七十八条
    ANNULMENT = "ANNULMENT"  # 以欺骗、贿赂等不正当手段取得许可, 行政许可法第七十九条
    PROCUREMENT = "PROCUREMENT"  # 政府采购
    SEVERE_LIST = "SEVERE_LIST"  # 严重失信主体名单
    ABNORMAL_LIST = "ABNORMAL_LIST"  # 经营异常名录
    COMMITMENT_BREACH = "COMMITMENT_BREACH"  # 承诺违约
    RESTRICT = "RESTRICT"  # 限制准入


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """信用约束. Days are days in China. Without ``kind`` only its end has arrived so far."""

    origin: HoldOrigin
    hold_id: str
    subject: SubjectKey
    """As the source named it; mergers are looked up when the gate is asked."""
    kind: HoldKind | None = None
    item_code: str = ""
    """事项编码 it is for; empty: for none in particular."""
    basis: str = ""
    """依据."""
    document_no: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    """The last day; None = until it is ended."""
    ended_on: date | None = None
    """The first day without it, when somebody or something ended it."""

    def in_force(self, day: date) -> bool:
        """True on a day from the first to the last, both included, unless it was ended before."""
        return (
            self.starts_on is not None
            and self.starts_on <= day
            and (self.ends_on is None or day <= self.ends_on)
            and (self.ended_on is None or day < self.ended_on)
        )

    def joined(self, held: "Hold | None") -> "Hold":
        """Both facts as one hold: the beginning of either, and the earlier end."""
        if held is None:
            return self
        begun = self if self.kind else held
        ends = [day for day in (self.ended_on, held.ended_on) if day]
        return Hold(
            origin=begun.origin,
            hold_id=begun.hold_id,
            subject=begun.subject,
            kind=begun.kind,
            item_code=begun.item_code,
            basis=begun.basis,
            document_no=begun.document_no,
            starts_on=begun.starts_on,
            ends_on=begun.ends_on,
            ended_on=min(ends, default=None),
        )
