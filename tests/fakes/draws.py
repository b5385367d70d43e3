"""The fake of what supervision keeps of draws, builders of pools and draws, and the script as others run it."""

import importlib.util
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from chassis.identity import IdentityKeys
from kernel.risk import RiskClass
from supervision.domain.draws.algorithm import DrawnObject, digest
from supervision.domain.draws.assignment import Assignment, DrawnOutcome
from supervision.domain.draws.ceremony import Draw, DrawState
from supervision.domain.draws.commands import PublicValue, RunDraw
from supervision.domain.draws.gathering import Candidate, Gathered
from supervision.domain.draws.pool import DrawnDepartment, Pool, PoolObject
from supervision.domain.draws.replacement import Able, Replacement
from supervision.domain.draws.rules import DrawRules
from supervision.domain.draws.window import in_force
from supervision.domain.plans import ObjectScope, PlanEntry, entry_scope
from supervision.domain.risk_object import ObjectRisk
from supervision.settings import SupervisionSettings
from supervision.store import DrawDesk

SCRIPT = Path(__file__).parents[2] / "services" / "supervision" / "cli" / "verify_draw.py"
DRAW_RULES = SupervisionSettings().draw_rules()
DESK = DrawDesk(DRAW_RULES, IdentityKeys(b64encode(b"k" * 32).decode()))
SEED = digest("a seed")
PUBLIC_AT = datetime(2026, 3, 3, 13, 30, tzinfo=UTC)
RUN = RunDraw(draw_no="2026-1", by="clerk-1", witness="clerk-2", value="07 11 31")


def script() -> ModuleType:
    """The script, loaded from its file: it knows nothing of the product."""
    spec = importlib.util.spec_from_file_location("verify_draw_alone", SCRIPT)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def a_pool(sizes: dict[RiskClass, int], quota: dict[RiskClass, int], inspectors: int = 6, **changes: Any) -> Pool:
    """So many objects of each class; one department with so many inspectors, two for each object."""
    objects = [PoolObject(f"S:{letter}{n}", letter) for letter, size in sizes.items() for n in range(size)]
    people = tuple(f"I{n}" for n in range(inspectors))
    department = DrawnDepartment(code="D1", officers=2, max_load=20, inspectors=people)
    plain: dict[str, Any] = {"quota": quota, "departments": (department,), "objects": tuple(objects)}
    return Pool(**plain | changes)


def a_draw(pool: Pool, **changes: Any) -> Draw:
    """Announced on a Monday, for the value of Tuesday evening."""
    plain: dict[str, Any] = {
        "draw_no": "2026-1",
        "plan_no": "P2026",
        "plan_version": 1,
        "entry": "E1",
        "region": "640202",
        "departments": ("D1",),
        "snapshot": pool.snapshot,
        "secret": "5" * 64,
        "public_value": PublicValue(source="示例彩票 2026023 期", form="## ## ##", at=PUBLIC_AT),
        "prepared_by": "clerk-1",
        "prepared_at": PUBLIC_AT - timedelta(days=1),
        "objects": len(pool.objects),
        "quota": pool.drawn,
    }
    return Draw(**plain | changes)


def as_read(value: Any) -> Any:
    """What somebody reads who is sent it as JSON."""
    return json.loads(json.dumps(value))


@dataclass
class DrawFile:
    """What was flushed."""

    rules: DrawRules = DRAW_RULES
    rows: dict[str, Draw] = field(default_factory=dict)
    pools: dict[str, bytes] = field(default_factory=dict)
    receipts: dict[str, Any] = field(default_factory=dict)
    drawn: dict[tuple[str, str, str], Assignment] = field(default_factory=dict)
    replacements: list[Replacement] = field(default_factory=list)
    secrets: int = 0


class FakeDraws:
    """``work``: where a pool is gathered from."""

    def __init__(self, file: DrawFile, work: Any) -> None:
        self._file = file
        self._work = work
        self.rules = file.rules
        self.rows, self.pools, self.receipts = dict(file.rows), dict(file.pools), dict(file.receipts)
        self.drawn = dict(file.drawn)
        self.made = list(file.replacements)

    def new_secret(self) -> str:
        self._file.secrets += 1
        return digest("secret", str(self._file.secrets))

    def of(self, plan_no: str, entry: str) -> Mapping[str, DrawState]:
        rows = self.rows.values()
        return {each.draw_no: each.state for each in rows if (each.plan_no, each.entry) == (plan_no, entry)}

    def gathered(self, plan_no: str, entry: str) -> Gathered:
        work = self._work
        version = in_force(work.plans.versions(plan_no))
        if version is None:
            raise KeyError(plan_no)
        planned = version.content.entry(entry)
        scope = entry_scope(planned, work.plans.matter_rows, work.catalogues.current.in_force(work.today), work.today)
        people = [each for each in work.inspectors.rows.values() if each.department in planned.department_codes]
        return Gathered(
            objects=[
                self._candidate(key, planned) for key, risk in work.risks.rows.items() if self._belongs(risk, scope)
            ],
            inspectors=people,
            conflicts=work.conflicts.of([each.code for each in people]),
        )

    def get(self, draw_no: str) -> Draw | None:
        return self.rows.get(draw_no)

    def pool(self, draw_no: str) -> Pool:
        return Pool.of(self.pools[draw_no])

    def assignment(self, draw_no: str, source_system: str, object_no: str) -> Assignment | None:
        return self.drawn.get((draw_no, source_system, object_no))

    def replacements(self, draw_no: str) -> Sequence[Replacement]:
        return [each for each in self.made if each.draw_no == draw_no]

    def able(self, draw_no: str, department: str) -> Able:
        people = [each for each in self._work.inspectors.rows.values() if each.department == department]
        sent = [each for each in self.drawn.values() if each.draw_no == draw_no]
        there = [each for each in sent if each.outcome is not DrawnOutcome.LAPSED]
        return Able(
            inspectors=people,
            conflicts=self._work.conflicts.of([each.code for each in people]),
            loads=Counter(officer for each in there for officer in each.officers.get(department, ())),
        )

    def replace(self, replacement: Replacement) -> None:
        if any((each.draw_no, each.number) == (replacement.draw_no, replacement.number) for each in self.made):
            raise AssertionError("a replacement has a number of its own")
        self.made.append(replace(replacement, receipt=as_read(replacement.receipt)))

    def announce(self, draw: Draw, pool: Pool) -> None:
        self.rows[draw.draw_no], self.pools[draw.draw_no] = draw, pool.content

    def conclude(self, draw: Draw, receipt: Mapping[str, Any], result: Sequence[DrawnObject]) -> None:
        self.save(draw)
        self.receipts[draw.draw_no] = as_read(receipt)
        for each in result:
            source, _, number = each.ref.partition(":")
            self.assign(
                Assignment(draw_no=draw.draw_no, source_system=source, object_no=number, officers=each.officers)
            )

    def save(self, draw: Draw) -> None:
        if self.rows[draw.draw_no].state is not DrawState.ANNOUNCED:
            raise AssertionError("a draw is run once")
        self.rows[draw.draw_no] = draw

    def assign(self, assignment: Assignment) -> None:
        self.drawn[assignment.draw_no, assignment.source_system, assignment.object_no] = assignment

    def commit(self) -> None:
        self._file.rows, self._file.pools, self._file.receipts = self.rows, self.pools, self.receipts
        self._file.drawn, self._file.replacements = self.drawn, self.made

    def _belongs(self, risk: ObjectRisk, scope: ObjectScope) -> bool:
        entry = self._work.objects.get(risk.source_system, risk.object_no)
        there = not scope.regions or entry.region in scope.regions
        return (
            bool(risk.risk_class)
            and not scope.empty
            and there
            and all(group & set(risk.items) for group in scope.groups)
        )

    def _candidate(self, key: tuple[str, str], entry: PlanEntry) -> Candidate:
        work, (source, number) = self._work, key
        thing = work.objects.get(source, number)
        checks = [
            each.report.inspected_on
            for each in work.inspections.rows.values()
            if (each.source_system, each.object_no) == (source, number)
            and work.tasks.rows[each.task_id].department == entry.lead
        ]
        decided = [
            each for each in work.decisions.rows.values() if (each.source_system, each.object_no) == (source, number)
        ]
        first = min(decided, key=lambda each: each.object_version, default=None)
        return Candidate(
            source_system=source,
            object_no=number,
            risk_class=work.risks.rows[source, number].risk_class,
            subject=(thing.holder.id_type, thing.holder.id_no),
            last_checked=max(checks, default=None),
            known_since=first.decided_on if first else None,
        )
