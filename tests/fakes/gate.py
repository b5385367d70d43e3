"""FakeGate: approval's ports.GateWork in memory, and builders. It passes the suite of the real one (test_approval_gate.py)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import approval
from approval.domain.alias import Alias
from approval.domain.gate import AskGate, GateFacts, GateQuery, faults_of
from approval.domain.gate_rules import parse
from approval.domain.hold import Hold, HoldKind, HoldOrigin
from approval.domain.holder import Holder
from approval.domain.objection import under_objection
from kernel.clock import china_day
from kernel.credit import Grade
from kernel.subject import SubjectKey, SubjectKind
from tests.fakes.approval import CODE, FOOD, IDENTITY, NOW, FakeDatabase

RULES = parse((Path(approval.__file__).parent / "gate.toml").read_text(encoding="utf-8"))
DAY = date(2026, 6, 1)


@dataclass
class FakeGate:
    """One question on a FakeDatabase."""

    database: FakeDatabase
    as_of: datetime | None = None
    now: datetime = NOW
    noted: list[GateQuery] = field(default_factory=list)
    facts: GateFacts = field(default_factory=GateFacts)

    def __post_init__(self) -> None:
        self.identity = IDENTITY
        self.rules = RULES
        self.today = china_day(self.now)

    async def load(self, messages: Sequence[Any]) -> None:
        (asked,) = messages
        if any(faults_of(asked)):
            return
        group = alike(asked.holder.key(self.identity.reference), self.database.aliases)
        self.facts = GateFacts(
            item=self.database.items.get(asked.item_code),
            grade=self._grade(group),
            holds=tuple(h for h in self.database.holds.values() if h.kind and h.subject in group),
            under_objection=under_objection(self.database.objections),
            as_of=self.as_of,
            applied_at=self.as_of,
        )

    def note(self, query: GateQuery) -> None:
        self.noted.append(query)

    async def flush(self) -> None:
        """The trace is kept at once."""

    def _grade(self, group: set[SubjectKey]) -> Grade | None:
        aliases, grades = self.database.aliases, self.database.grades
        told = {subject: grades[subject].grade for subject in group & grades.keys()}
        roots = [grade for subject, grade in told.items() if not (subject in aliases and aliases[subject].into)]
        return max(roots or told.values(), default=None)


def alike(subject: SubjectKey, aliases: dict[SubjectKey, Alias]) -> set[SubjectKey]:
    """Everybody connected with a subject by mergers in force."""
    pairs = [(alias.subject, alias.into) for alias in aliases.values() if alias.into]
    group = {subject}
    while more := {one for pair in pairs if group & set(pair) for one in pair} - group:
        group |= more
    return group


def a_question(id_no: str = CODE, **changes: Any) -> AskGate:
    """An organisation asks for the item of ``a_statement``."""
    holder = Holder(id_type="001", id_no=id_no, kind=SubjectKind.ORGANISATION)
    facts: dict[str, Any] = {"holder": holder, "item_code": FOOD.item_code, "on": DAY}
    return AskGate(**facts | changes)


def a_hold(kind: HoldKind = HoldKind.REFUSAL, hold_id: str = "B1", **changes: Any) -> Hold:
    """A hold in force on ``DAY`` for the item of ``a_statement``."""
    facts: dict[str, Any] = {
        "origin": HoldOrigin.BAR,
        "hold_id": hold_id,
        "subject": SubjectKey("001", CODE),
        "kind": kind,
        "item_code": FOOD.item_code,
        "basis": "依据",
        "document_no": "文〔2026〕1号",
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2027, 2, 28),
    }
    return Hold(**facts | changes)
