"""Commands on one task (任务指令): what somebody asks for, checked for content before anything is read."""

from dataclasses import dataclass
from datetime import date

from kernel.limit import Limit
from kernel.refusal import Fault, malformed
from supervision.domain.command import LONGEST_REASON, Command, reason_faults
from supervision.domain.content import code_faults, name_faults
from supervision.domain.crew import crew_faults
from supervision.domain.inspection import Report
from supervision.domain.referral import Penalty
from supervision.domain.words import SAID, CloseReason


@dataclass(frozen=True, kw_only=True)
class TaskCommand(Command):
    """One verb on one task, by somebody (经办人). Raises ``invalid-content``."""

    task_id: str


@dataclass(frozen=True, kw_only=True)
class ReasonedCommand(TaskCommand):
    """A verb that needs a reason (须写明原因)."""

    reason: str

    def faults(self) -> list[Fault]:
        """The reason is not empty."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class ReturnTask(ReasonedCommand):
    """退回."""


@dataclass(frozen=True, kw_only=True)
class DisputeTask(ReasonedCommand):
    """提出争议."""


@dataclass(frozen=True, kw_only=True)
class RouteTask(ReasonedCommand):
    """改派 to a department."""

    department: str

    def faults(self) -> list[Fault]:
        """As above, and the department is a code."""
        return [*super().faults(), *code_faults("/department", self.department)]


@dataclass(frozen=True, kw_only=True)
class ArbitrateTask(RouteTask):
    """裁定归属."""


@dataclass(frozen=True, kw_only=True)
class TransferTask(ReasonedCommand):
    """转办 to an inspector of the department."""

    inspector: str

    def faults(self) -> list[Fault]:
        """As above, and the inspector is a code."""
        return [*super().faults(), *code_faults("/inspector", self.inspector)]


@dataclass(frozen=True, kw_only=True)
class PlanTask(TaskCommand):
    """排期 for a day, with at least two officers."""

    planned_on: date
    officers: tuple[str, ...]

    def faults(self) -> list[Fault]:
        """Two different officers."""
        return crew_faults("/officers", self.officers)

    def require_day(self, today: date) -> None:
        """Nobody plans for a day gone by (排期日期); else ``invalid-content``. ``today`` is the day in China."""
        if self.planned_on < today:
            zh, en = f"排期日期不能早于今天 {today}", f"planned_on must not lie before today, {today}"
            raise malformed([Fault(pointer="/planned_on", zh=zh, en=en)])


@dataclass(frozen=True, kw_only=True)
class StartTask(TaskCommand):
    """到场开始."""


@dataclass(frozen=True, kw_only=True)
class InspectTask:
    """检查: passed closes the task, otherwise it stays open. Raises what Report raises."""

    task_id: str
    report: Report


@dataclass(frozen=True, kw_only=True)
class RectifyTask(TaskCommand):
    """责令整改; without a limit the configured one holds."""

    demand: str
    limit: Limit | None = None

    def faults(self) -> list[Fault]:
        """What to put right is said."""
        return name_faults("/requirement", self.demand, longest=LONGEST_REASON)


@dataclass(frozen=True, kw_only=True)
class ReportRectified(TaskCommand):
    """报告整改完成."""

    report: str

    def faults(self) -> list[Fault]:
        """The report is not empty."""
        return name_faults("/report", self.report, longest=4000)


@dataclass(frozen=True, kw_only=True)
class VerifyTask(TaskCommand):
    """复查 by two officers; when it failed, ``demand`` and ``limit`` order the next round."""

    passed: bool
    officers: tuple[str, ...]
    note: str = ""
    demand: str = ""
    limit: Limit | None = None

    def faults(self) -> list[Fault]:
        """Two different officers, readable texts."""
        return [
            *crew_faults("/inspectors", self.officers),
            *name_faults("/reason", self.note, longest=LONGEST_REASON, required=False),
            *name_faults("/requirement", self.demand, longest=LONGEST_REASON, required=False),
        ]


@dataclass(frozen=True, kw_only=True)
class ReferTask(ReasonedCommand):
    """移送执法."""

    referred_to: str
    off_system: bool = False

    def faults(self) -> list[Fault]:
        """As above, and to whom."""
        return [*super().faults(), *name_faults("/referred_to", self.referred_to)]


@dataclass(frozen=True, kw_only=True)
class SupplementTask(ReasonedCommand):
    """要求补充材料."""


@dataclass(frozen=True, kw_only=True)
class PenaliseTask(TaskCommand):
    """登记处罚结果."""

    penalty: Penalty


@dataclass(frozen=True, kw_only=True)
class CloseTask(TaskCommand):
    """办结 with one of the reasons a person may give."""

    reason: CloseReason
    note: str = ""

    def faults(self) -> list[Fault]:
        """A reason people give; OTHER needs a note."""
        found = name_faults("/note", self.note, longest=LONGEST_REASON, required=self.reason is CloseReason.OTHER)
        if self.reason not in SAID:
            said = "、".join(sorted(SAID))
            found.append(
                Fault(pointer="/reason", zh=f"可用的办结原因：{said}", en=f"give one of {', '.join(sorted(SAID))}")
            )
        return found


@dataclass(frozen=True, kw_only=True)
class SuspendObject:
    """暂扣、停业: the routine tasks of an object wait. Raises ``invalid-content``."""

    source_system: str
    object_no: str
    standstill: str
    reason: str
    by: str

    def __post_init__(self) -> None:
        if faults := [*code_faults("/by", self.by), *reason_faults(self.reason)]:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class ResumeObject:
    """恢复营业. Raises ``invalid-content``."""

    source_system: str
    object_no: str
    reason: str
    by: str

    def __post_init__(self) -> None:
        if faults := [*code_faults("/by", self.by), *reason_faults(self.reason)]:
            raise malformed(faults)


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """交接 of open tasks: from a person who left, or a department merged or renamed, to another. Raises ``invalid-content``.

    ``tasks`` are those the giver holds, as found before; whoever holds one no longer is passed over.
    """

    giver: str
    taker: str
    departments: bool
    """True when giver and taker are departments."""
    reason: str
    by: str
    tasks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        faults = [
            *code_faults("/from", self.giver),
            *code_faults("/to", self.taker),
            *reason_faults(self.reason),
            *code_faults("/by", self.by),
        ]
        if self.giver == self.taker:
            faults.append(Fault(pointer="/to", zh="接收方应不同于移交方", en="the taker is not the giver"))
        if faults:
            raise malformed(faults)
