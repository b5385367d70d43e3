"""Approval decision as supervision sees it (审批决定), and what came of it here (处理结果)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kernel.decision import DecisionKind
from supervision.domain.catalogue.condition import Facts
from supervision.domain.register import Holder, RegisteredObject


class Outcome(StrEnum):
    """What a decision led to (处理结果)."""

    TASK = "TASK"  # 生成任务: at least one task was made
    JOINED = "JOINED"  # 并入: none was made, open tasks of the same links took it up
    CANCELLED = "CANCELLED"  # 取消任务: open tasks were cancelled
    UNMATCHED = "UNMATCHED"  # 未匹配: no link in force
    REGISTERED = "REGISTERED"  # 仅登记: 存量, or a correction that changes no task
    ENDED = "ENDED"  # 许可失效: an ending decision without an open task


@dataclass(frozen=True, kw_only=True)
class Decision:
    """审批决定. ``object_version`` counts the decisions on one object from 1 without gaps."""

    source_system: str
    case_id: str
    revision: int
    kind: DecisionKind
    item_code: str
    region: str
    decided_on: date
    existing: bool
    commitment: bool = False
    object_no: str
    object_name: str
    object_address: str
    object_version: int
    holder: Holder

    @property
    def facts(self) -> Facts:
        """What it is matched by (匹配依据)."""
        return Facts(
            kind=self.kind,
            item_code=self.item_code,
            region=self.region,
            decided_on=self.decided_on,
            commitment=self.commitment,
            existing=self.existing,
            subject_kind=self.holder.kind,
            id_type=self.holder.id_type,
            object_name=self.object_name,
            object_address=self.object_address,
        )

    def registered(self, known: RegisteredObject | None) -> RegisteredObject:
        """The register entry after this decision (登记); a provisional object gets its true holder.

        A correction of a case that later cases have overtaken leaves the details to them.
        """
        if known and not known.provisional and self.revision > 1 and known.case_id != self.case_id:
            return known.caught_up(self.object_version)
        return RegisteredObject(
            source_system=self.source_system,
            object_no=self.object_no,
            holder=self.holder,
            name=self.object_name,
            address=self.object_address,
            region=self.region,
            object_version=max(self.object_version, known.object_version if known else 0),
            provisional=False,
            case_id=self.case_id,
            standstill=known.standstill if known else "",
        )


@dataclass(frozen=True, kw_only=True)
class AppliedDecision:
    """已处理的决定: one row per (source_system, case_id, revision), the receipt of the hand-over.

    ``catalogue_version`` is the version it was matched with, empty when none was asked; ``tasks_made`` counts tasks.
    All it was matched by is kept, so that a draft can be tried on the decisions of a period (what-if).
    """

    source_system: str
    case_id: str
    revision: int
    object_no: str
    object_version: int
    kind: DecisionKind
    item_code: str
    region: str
    decided_on: date
    outcome: Outcome
    catalogue_version: str
    tasks_made: int
    applied_at: datetime
    commitment: bool = False
    existing: bool = False
    id_type: str = ""
    id_no: str = ""
    subject_kind: str = ""
    object_name: str = ""
    object_address: str = ""
