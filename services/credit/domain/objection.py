"""Objection (异议): somebody says a record is wrong. The record is marked at once and takes no points until the end.

Own data are looked at first; what only the provider can tell is forwarded; a rejection may be reviewed once, by somebody
else. Source: the regional credit laws (上海、山东、河南、浙江、深圳), see process.toml.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from credit.domain.procedure import ObjectionCommand, RecordCommand, procedure_id_of
from kernel.refusal import Refusal
from kernel.two_persons import second_person_needed


class ObjectionState(StrEnum):
    """Where an objection stands (异议状态)."""

    LODGED = "LODGED"  # 核查中
    FORWARDED = "FORWARDED"  # 已转数据提供单位
    REJECTED = "REJECTED"  # 不成立
    IN_REVIEW = "IN_REVIEW"  # 复核中
    UPHELD = "UPHELD"  # 成立


@dataclass(frozen=True, slots=True, kw_only=True)
class LodgeObjection(RecordCommand):
    """提出异议."""

    reason: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardObjection(ObjectionCommand):
    """转数据提供单位核查."""

    provider: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideObjection(ObjectionCommand):
    """处理异议, or decide its review."""

    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewObjection(ObjectionCommand):
    """申请复核."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """异议 to one record."""

    objection_id: str
    record_id: str
    number: int
    state: ObjectionState = ObjectionState.LODGED
    reason: str
    evidence: tuple[str, ...]
    lodged_by: str
    lodged_at: datetime
    provider: str = ""
    forwarded_by: str = ""
    forwarded_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    decision: str = ""
    """Why it was upheld or rejected (处理理由)."""
    review_by: str = ""
    review_at: datetime | None = None
    review_reason: str = ""
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    review_decision: str = ""

    @classmethod
    def lodged(cls, command: LodgeObjection, number: int, at: datetime) -> "Objection":
        """A new objection."""
        return cls(
            objection_id=procedure_id_of("objection", command.record_id, number),
            record_id=command.record_id,
            number=number,
            reason=command.reason,
            evidence=command.evidence,
            lodged_by=command.by,
            lodged_at=at,
        )

    @property
    def procedure_id(self) -> str:
        """Its id."""
        return self.objection_id

    @property
    def owner(self) -> str:
        """Whose its clocks are."""
        return f"objection:{self.objection_id}"

    @property
    def open(self) -> bool:
        """True while it is looked at; the record is marked that long."""
        return self.state in {ObjectionState.LODGED, ObjectionState.FORWARDED, ObjectionState.IN_REVIEW}

    def forwarded(self, command: ForwardObjection, at: datetime) -> "Objection":
        """转办, once and before the decision. Refuses ``objection-state`` (409)."""
        self._must_be(ObjectionState.LODGED)
        return replace(
            self,
            state=ObjectionState.FORWARDED,
            provider=command.provider,
            forwarded_by=command.by,
            forwarded_at=at,
        )

    def decided(self, command: DecideObjection, at: datetime) -> "Objection":
        """处理或复核决定. Refuses ``objection-state``; ``second-person-needed`` (409) for a review by the same person."""
        self._must_be(ObjectionState.LODGED, ObjectionState.FORWARDED, ObjectionState.IN_REVIEW)
        state = ObjectionState.UPHELD if command.upheld else ObjectionState.REJECTED
        if self.state is not ObjectionState.IN_REVIEW:
            return replace(self, state=state, decided_by=command.by, decided_at=at, decision=command.reason)
        if command.by == self.decided_by:
            raise second_person_needed(
                "复核须由原处理人以外的人决定，请由另一人办理",
                "a review is decided by somebody else than the first decision; let another person decide",
            )
        return replace(self, state=state, reviewed_by=command.by, reviewed_at=at, review_decision=command.reason)

    def review_asked(self, command: ReviewObjection, at: datetime) -> "Objection":
        """申请复核, once. Refuses ``objection-state``, ``objection-final`` (409)."""
        self._must_be(ObjectionState.REJECTED)
        if self.review_at:
            raise Refusal(
                code="objection-final",
                zh="该异议已经复核，复核决定为最终决定；有新证据的可另行提出异议",
                en="the objection was reviewed and that was final; lodge another one when there is new evidence",
                status=409,
            )
        return replace(
            self, state=ObjectionState.IN_REVIEW, review_by=command.by, review_at=at, review_reason=command.reason
        )

    def _must_be(self, *states: ObjectionState) -> None:
        if self.state not in states:
            raise Refusal(
                code="objection-state",
                zh=f"该异议现为 {self.state}，此操作只适用于 {'、'.join(states)} 的异议，请刷新后核对",
                en=f"the objection is {self.state} and this is for one that is {' or '.join(states)}; look at it again",
                status=409,
            )


def must_be_new(command: LodgeObjection, former: Iterable[Objection]) -> None:
    """Let an objection pass that is the first, or brings evidence no former one had.

    Otherwise repeating it would keep a right record out of use for ever. Refuses ``objection-repeated`` (409).
    """
    looked_at = list(former)
    brought = {paper for each in looked_at for paper in each.evidence}
    if looked_at and not set(command.evidence) - brought:
        raise Refusal(
            code="objection-repeated",
            zh="该记录的异议已经处理过；不服的请申请复核，再次提出异议须附新的证据",
            en="an objection to this record was decided before; ask for its review, or bring evidence that is new",
            status=409,
        )
