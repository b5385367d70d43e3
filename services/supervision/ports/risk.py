"""Ports of the risk class (风险分级的端口): what is kept of each object, and the overrides people ordered."""

from typing import Protocol

from supervision.domain.risk import RiskTable
from supervision.domain.risk_object import ObjectRisk, RiskChange
from supervision.domain.risk_override import RiskOverride


class Risks(Protocol):
    """对象风险; loaded for decisions, grade changes and what is asked of classes, never for inspections."""

    @property
    def table(self) -> RiskTable:
        """分级表."""
        ...

    def new_id(self) -> str:
        """A UUIDv7, later than every one before it."""
        ...

    def get(self, source_system: str, object_no: str) -> ObjectRisk:
        """What is kept of an object; one without a class when nothing is."""
        ...

    def override(self, override_id: str) -> RiskOverride:
        """The override an object names as not ended."""
        ...

    def save(self, risk: ObjectRisk) -> None:
        """Keep a new or changed one."""
        ...

    def save_override(self, override: RiskOverride) -> None:
        """Keep a new or changed one."""
        ...

    def note(self, change: RiskChange) -> None:
        """Keep the trace of a change; it never changes."""
        ...


class RiskWork(Protocol):
    """What of risk classes a unit of work holds."""

    @property
    def risks(self) -> Risks:
        """对象风险."""
        ...
