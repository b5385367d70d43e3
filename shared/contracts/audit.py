"""What the services tell of their audit chains (审计链): so that each keeps the heads of the others.

One class per service: an event is named after who says it.
"""

from typing import ClassVar

from contracts.event import Event, Instant, Subject
from kernel.subject import IdType, SubjectKind

SOURCE = "audit"
"""来源系统 of these events: no bureau system is behind them."""


class AuditSealed(Event, frozen=True, kw_only=True):
    """审计链已签: everything up to ``block`` is what it is; whoever hears it can tell if that is changed later."""

    head: int
    """Counts the heads of the service from 1."""
    block: int
    sealed_at: Instant
    """The machine's time, not the stack's."""
    sha256: str
    """Hash of the block, hexadecimal."""
    sm3: str
    key_id: str
    algorithm: str
    signature: str
    """Base64."""

    @property
    def aggregate(self) -> str:
        """The head."""
        return f"AUDIT:{self.head}"

    @property
    def holder(self) -> Subject:
        """Nobody is meant: all heads travel in one partition."""
        return Subject(id_type=IdType.OTHER, id_no="AUDIT", kind=SubjectKind.ORGANISATION)


class ApprovalAuditSealed(AuditSealed, frozen=True, kw_only=True):
    """审批审计链已签."""

    fact: ClassVar[str] = "approval.audit.sealed"


class SupervisionAuditSealed(AuditSealed, frozen=True, kw_only=True):
    """监管审计链已签."""

    fact: ClassVar[str] = "supervision.audit.sealed"


class CreditAuditSealed(AuditSealed, frozen=True, kw_only=True):
    """信用审计链已签."""

    fact: ClassVar[str] = "credit.audit.sealed"


class ConsoleAuditSealed(AuditSealed, frozen=True, kw_only=True):
    """控制台审计链已签."""

    fact: ClassVar[str] = "console.audit.sealed"


EVENTS: tuple[type[AuditSealed], ...] = (
    ApprovalAuditSealed,
    SupervisionAuditSealed,
    CreditAuditSealed,
    ConsoleAuditSealed,
)


def sealed_of(service: str) -> type[AuditSealed]:
    """The event in which a service tells of its chain."""
    return next(event for event in EVENTS if event.fact.startswith(f"{service}."))
