"""Commands on site visits (入企检查指令): what somebody asks for, checked for content before anything is read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kernel.refusal import Fault, malformed
from kernel.visit import VisitKind
from supervision.domain.command import LONGEST_REASON, Command, reason_faults
from supervision.domain.content import code_faults, name_faults
from supervision.domain.crew import crew_faults
from supervision.domain.visits import refusals
from supervision.domain.visits.rules import Exemption, VisitEdition
from supervision.domain.visits.visit import Matter, SiteVisit


@dataclass(frozen=True, kw_only=True)
class RequestVisit:
    """申请入企检查. ``joint_with``: the visit of another department it is made with. Raises ``invalid-content``."""

    source_system: str
    object_no: str
    department: str
    kind: VisitKind
    planned_on: date
    officers: tuple[str, ...]
    reason: str
    legal_basis: str
    matters: tuple[Matter, ...]
    exemption: str = ""
    exemption_document: str = ""
    tasks: tuple[str, ...] = ()
    joint_with: str = ""
    by: str

    def __post_init__(self) -> None:
        if faults := list(self._faults()):
            raise malformed(faults)

    def _faults(self) -> Iterator[Fault]:
        yield from code_faults("/by", self.by)
        yield from code_faults("/source_system", self.source_system)
        yield from name_faults("/object_no", self.object_no, longest=64)
        yield from code_faults("/department", self.department)
        yield from crew_faults("/officers", self.officers)
        yield from name_faults("/reason", self.reason, longest=LONGEST_REASON)
        yield from name_faults("/legal_basis", self.legal_basis, longest=LONGEST_REASON)
        yield from name_faults("/exemption_document", self.exemption_document, required=False)
        if not self.matters:
            yield Fault(pointer="/matters", zh="请写明检查事项", en="name what is looked at")
        for index, matter in enumerate(self.matters):
            yield from code_faults(f"/matters/{index}/code", matter.code)
            yield from name_faults(f"/matters/{index}/name", matter.name, required=False)

    def require_day(self, today: date) -> None:
        """Nobody comes on a day gone by (计划日期); else ``invalid-content``. ``today`` is the day in China."""
        if self.planned_on < today:
            zh, en = f"计划日期不能早于今天 {today}", f"planned_on must not lie before today, {today}"
            raise malformed([Fault(pointer="/planned_on", zh=zh, en=en)])

    def exemption_among(self, edition: VisitEdition, own: str) -> Exemption | None:
        """The exemption named, else the one the tasks have of their own (``own``), which needs no document.

        Refuses ``invalid-content``: one the rules do not know, or without the document it needs.
        """
        code = self.exemption or own
        if not code:
            return None
        found = edition.exemptions.get(code)
        if found is None:
            known = "、".join(edition.exemptions)
            zh, en = f"没有豁免情形 {code}，可用：{known}", f"there is no exemption {code}; use one of {known}"
            raise malformed([Fault(pointer="/exemption", zh=zh, en=en)])
        if found.document and code != own and not self.exemption_document.strip():
            zh = f"豁免情形“{found.zh}”须写明文书号或受理编号"
            en = f"the exemption ({found.en}) needs the number of its document"
            raise malformed([Fault(pointer="/exemption_document", zh=zh, en=en)])
        return found

    def repeated(self, known: SiteVisit) -> bool:
        """True when the very same is requested again. Refuses ``visit-open`` (409) when it is another."""
        same = ("kind", "officers", "reason", "legal_basis", "matters", "exemption_document", "tasks")
        asked = known.requested_by == self.by and self.exemption in {"", known.exemption}
        if asked and all(getattr(self, name) == getattr(known, name) for name in same):
            return True
        raise refusals.visit_open(known.number, known.state)


@dataclass(frozen=True, kw_only=True)
class VisitCommand(Command):
    """One verb on one visit, by somebody (经办人). Raises ``invalid-content``."""

    visit_no: str


@dataclass(frozen=True, kw_only=True)
class ApproveVisit(VisitCommand):
    """审批 by a second person."""


@dataclass(frozen=True, kw_only=True)
class AnnounceVisit(VisitCommand):
    """告知企业."""


@dataclass(frozen=True, kw_only=True)
class EnterVisit(VisitCommand):
    """入企; ``code``: what was scanned at the door, empty when nothing was."""

    code: str = ""


@dataclass(frozen=True, kw_only=True)
class FinishVisit(VisitCommand):
    """完成."""


@dataclass(frozen=True, kw_only=True)
class CancelVisit(VisitCommand):
    """取消."""

    reason: str

    def faults(self) -> list[Fault]:
        """A reason is given."""
        return reason_faults(self.reason)


@dataclass(frozen=True, kw_only=True)
class ScanVisit:
    """扫码: the enterprise scanned a code."""

    code: str


@dataclass(frozen=True, kw_only=True)
class RemindVisit(VisitCommand):
    """提醒: a day has come and nothing happened."""
