"""What supervision (监管) tells of site visits of enterprises (入企检查): every step from the request to the end."""

from datetime import date
from typing import ClassVar

from contracts.event import Event, Instant, Object, Subject
from kernel.visit import DepartmentLevel, VisitAct, VisitKind, VisitState


class VisitChanged(Event, frozen=True, kw_only=True):
    """入企检查已变化. ``version`` counts the changes of one visit: a reader ignores an older one.

    The code the enterprise scans never travels.
    """

    fact: ClassVar[str] = "supervision.visit.changed"

    subject: Subject
    object: Object
    visit_no: str
    number: str
    joint_no: str
    """Shared by the visits of one joint visit (综合查一次)."""
    version: int
    act: VisitAct
    state: VisitState
    previous: VisitState | None
    department: str
    level: DepartmentLevel
    kind: VisitKind
    day: date
    """The planned day, or the day somebody came."""
    officers: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    inspections: tuple[str, ...] = ()
    exemption: str = ""
    """豁免情形."""
    consumes: bool
    """It uses the cap of its year up, unless it was cancelled."""
    unannounced: bool = False
    """未告知: an inspection was made before the enterprise was told."""
    over_cap: bool = False
    """Recorded above the cap."""
    by: str
    """Code of the person; ``system`` when nobody did it by hand."""
    at: Instant
    reason: str = ""

    @property
    def aggregate(self) -> str:
        """The visit."""
        return self.visit_no

    @property
    def holder(self) -> Subject:
        """Whom they came to."""
        return self.subject


EVENTS: tuple[type[Event], ...] = (VisitChanged,)
