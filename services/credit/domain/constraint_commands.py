"""Commands (命令) on lists and bars: what somebody asks credit to do. Days are days in China."""

from dataclasses import dataclass
from datetime import date

from credit.domain.bar import bar_id_of
from credit.domain.record import record_id_of
from kernel.credit import BarKind, RecordKind
from kernel.subject import SubjectKey


@dataclass(frozen=True, kw_only=True)
class Named:
    """Whom a command names (所指主体); of a natural person the reference and no name."""

    key: SubjectKey
    kind: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class EnterList:
    """列入名单."""

    list: RecordKind
    subject: Named
    source_system: str
    region: str
    legal_basis: str
    document_no: str
    entered_on: date
    department: str
    notice_document: str = ""
    by: str

    @property
    def number(self) -> str:
        """The number of the entry: one document may enter many, and two departments may use one number."""
        return f"{self.department}/{self.document_no}/{self.subject.key}"

    @property
    def entry_id(self) -> str:
        """The id of the entry and of its record."""
        return record_id_of(self.list, self.source_system, self.number)


@dataclass(frozen=True, kw_only=True)
class ExitList:
    """移出名单. ``on``: the first day outside, not after today; None = today."""

    entry_id: str
    by: str
    reason: str
    on: date | None = None


@dataclass(frozen=True, kw_only=True)
class ImposeBar:
    """限制申请."""

    kind: BarKind
    subject: Named
    source_system: str
    region: str
    item_code: str = ""
    document_no: str
    decided_on: date
    department: str
    by: str

    @property
    def bar_id(self) -> str:
        """The id of the bar: one document may bar several, and from several items."""
        origin = (self.kind, self.source_system, self.department, self.document_no, self.item_code)
        return bar_id_of("document", *origin, str(self.subject.key))


@dataclass(frozen=True, kw_only=True)
class LiftBar:
    """解除限制申请, from today on."""

    bar_id: str
    by: str
    reason: str
