"""What approval (审批) tells the others."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Object, Subject
from kernel.decision import DecisionKind
from kernel.subject import IdType, SubjectKind


class CaseDecided(Event, frozen=True, kw_only=True):
    """审批办件已决定: a case was decided by the bureau; triggers the matching supervision tasks.

    ``object_version`` counts the decisions on one object from 1 without gaps: readers apply them in that order.
    """

    fact: ClassVar[str] = "approval.case.decided"

    case_id: str
    """办件编号, unique within (source_system)."""
    revision: int
    """1 for the first statement of the case; a correction has the next number."""
    kind: DecisionKind
    item_code: str
    """事项编码."""
    decided_on: date
    """决定日期, day in China."""
    valid_from: date | None = None
    valid_to: date | None = None
    """有效期至; None = 长期."""
    commitment: bool = False
    """告知承诺: granted on a promise, must be verified afterwards."""
    existing: bool = False
    """存量: a licence in force that is taken over; registers only, makes no task and starts no clock."""
    licence_no: str = ""
    by_deceit: bool = False
    """以欺骗、贿赂等不正当手段取得: the ground of an ANNUL (行政许可法第六十九条第二款)."""
    subject: Subject
    object: Object
    object_version: int

    @property
    def aggregate(self) -> str:
        """One object of one source: the unit of order."""
        return f"{self.source_system}:{self.object.object_no}"

    @property
    def case(self) -> str:
        """The case itself."""
        return f"{self.source_system}:{self.case_id}"

    @property
    def holder(self) -> Subject:
        """The holder of the licence (行政相对人)."""
        return self.subject


class CaseCorrected(CaseDecided, frozen=True, kw_only=True):
    """审批办件已更正: a later revision replaces an earlier statement of the same case."""

    fact: ClassVar[str] = "approval.case.corrected"

    corrects_revision: int


class ItemListed(Event, frozen=True, kw_only=True):
    """审批事项已列入目录, or changed. ``version`` counts the changes of the entry: a reader ignores an older one."""

    fact: ClassVar[str] = "approval.item.listed"

    item_code: str
    name: str
    department: str = ""
    """审批部门."""
    public_safety: bool = False
    """直接关系公共安全、人身健康、生命财产安全 (行政许可法第七十八条、第七十九条)."""
    version: int

    @property
    def aggregate(self) -> str:
        """The entry."""
        return f"item:{self.item_code}"

    @property
    def holder(self) -> Subject:
        """Nobody is licensed here: the code decides the partition."""
        return Subject(id_type=IdType.OTHER, id_no=self.item_code, kind=SubjectKind.ORGANISATION)


EVENTS: tuple[type[Event], ...] = (CaseDecided, CaseCorrected, ItemListed)
