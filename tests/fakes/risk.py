"""The fake of what supervision keeps of risk classes, and the table as shipped."""

from dataclasses import dataclass, field
from uuid import UUID

from supervision.domain.risk import RiskTable
from supervision.domain.risk_object import ObjectRisk, RiskChange
from supervision.domain.risk_override import RiskOverride
from supervision.settings import SupervisionSettings

TABLE = SupervisionSettings().risk_table()
SHIPPED = SupervisionSettings().risk_file.read_text(encoding="utf-8")


@dataclass
class RiskFile:
    """What was flushed."""

    table: RiskTable = TABLE
    rows: dict[tuple[str, str], ObjectRisk] = field(default_factory=dict)
    overrides: dict[str, RiskOverride] = field(default_factory=dict)
    changes: list[RiskChange] = field(default_factory=list)


class FakeRisks:
    def __init__(self, file: RiskFile) -> None:
        self._file = file
        self.table = file.table
        self.rows = dict(file.rows)
        self.overrides = dict(file.overrides)
        self.notes: list[RiskChange] = []

    def new_id(self) -> str:
        return str(UUID(int=20_000 + len(self.overrides)))

    def get(self, source_system: str, object_no: str) -> ObjectRisk:
        fresh = ObjectRisk(source_system=source_system, object_no=object_no)
        return self.rows.get((source_system, object_no), fresh)

    def override(self, override_id: str) -> RiskOverride:
        return self.overrides[override_id]

    def save(self, risk: ObjectRisk) -> None:
        self.rows[risk.source_system, risk.object_no] = risk

    def save_override(self, override: RiskOverride) -> None:
        open_ones = [each for each in self.overrides.values() if each.ended_at is None]
        same = (override.source_system, override.object_no)
        others = [each for each in open_ones if (each.source_system, each.object_no) == same]
        if override.ended_at is None and any(each.override_id != override.override_id for each in others):
            raise AssertionError("an object has one override that has not ended at a time")
        self.overrides[override.override_id] = override

    def note(self, change: RiskChange) -> None:
        self.notes.append(change)

    def commit(self) -> None:
        self._file.rows, self._file.overrides = self.rows, self.overrides
        self._file.changes += self.notes
        self.notes = []
