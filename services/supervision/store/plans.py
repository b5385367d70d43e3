"""Annual plans (年度抽查计划) in PostgreSQL: matters and versions a unit of work asks for; departments without a plan.

Whoever changes a plan holds the advisory lock of its number, so its versions are read and written by one at a time.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from chassis import setwise
from chassis.database import Connection
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.setwise import LIST
from chassis.transaction import Transaction
from kernel.clock import china_day
from kernel.reckoning import Step
from supervision.domain.plans.matter import Matter
from supervision.domain.plans.plan import AnnualPlan
from supervision.domain.plans.rules import PlanRules
from supervision.domain.plans.version import PlanChange, PlanVersion
from supervision.domain.plans.words import MatterCategory, PlanState
from supervision.store.needs import Filing, Needs
from supervision.store.offices import LoadedOffices

_MATTER = {
    **dict.fromkeys(
        ("code", "name", "department", "category", "legal_basis", "checklist", "checklist_version"), "text"
    ),
    "active": "boolean",
    "since": "date",
}
_LIFE = {
    "drafted_by": "text",
    "drafted_at": "timestamptz",
    "submitted_by": "text",
    "submitted_at": "timestamptz",
    "filed_by": "text",
    "filed_at": "timestamptz",
    "filing_no": "text",
    "filed_on": "date",
}
_VERSION = {
    "plan_no": "text",
    "version": "int",
    "year": "int",
    "lead_department": "text",
    "departments": LIST,
    "region": "text",
    "title": "text",
    "state": "text",
    "content": "jsonb",
    **_LIFE,
}
_CHANGE = {"plan_no": "text", "version": "int", "act": "text", "by": "text", "at": "timestamptz", "reason": "text"}
_URGING = {"department": "text", "year": "int", "step": "text", "at": "timestamptz"}
_MATTERS = setwise.select("matter", {"code": "text"})
_VERSIONS = setwise.select("plan_version", {"plan_no": "text"}) + " ORDER BY plan_no, version"
_KEEP_MATTERS = setwise.upsert("matter", _MATTER, ("code",))
_KEEP_VERSIONS = setwise.upsert("plan_version", _VERSION, ("plan_no", "version"))
_ADD_CHANGES = setwise.insert("plan_change", _CHANGE)
_ADD_URGINGS = setwise.insert("plan_urging", _URGING)
_UNFILED = """
  FROM unnest($1::int[], $2::text[], $3::date[]) AS asked (year, step, filed_by) CROSS JOIN (
       SELECT department, min(since) AS since FROM matter
        WHERE active AND category <> 'PUBLIC_SAFETY' GROUP BY department) AS drawn
 WHERE drawn.since <= asked.filed_by
   AND NOT EXISTS (SELECT FROM plan_version AS plan WHERE plan.year = asked.year AND plan.state = 'FILED'
                      AND drawn.department = ANY (plan.departments))
   AND NOT EXISTS (SELECT FROM plan_urging AS urging WHERE urging.department = drawn.department
                      AND urging.year = asked.year AND urging.step = asked.step)
"""
"""Departments that could have planned something by the filing day and filed nothing."""
_DUE = f"""
SELECT drawn.department, asked.year, asked.step {_UNFILED}
   AND (drawn.department, asked.year, asked.step) NOT IN (SELECT * FROM unnest($5::text[], $6::int[], $7::text[]))
 ORDER BY asked.year, asked.step, drawn.department LIMIT $4
"""  # noqa: S608 - a constant
_STILL_DUE = f"SELECT drawn.department, asked.year, asked.step {_UNFILED} AND drawn.department = ANY ($4::text[])"
_CONTENT = msgspec.json.Decoder(AnnualPlan)


class LoadedPlans:
    """ports.Plans. What was not loaded raises KeyError."""

    def __init__(self, rules: PlanRules) -> None:
        self.rules = rules
        self._matters = Entries[str, Matter]()
        self._versions: dict[str, dict[int, PlanVersion]] = {}
        self._changed: dict[tuple[str, int], PlanVersion] = {}
        self._notes: list[PlanChange] = []
        self._due: set[Filing] = set()
        self._urged: list[Filing] = []

    def matters(self, codes: Collection[str]) -> Mapping[str, Matter]:
        """Those of these codes that are registered."""
        return {code: found for code in codes if (found := self._matters.at(code))}

    def save_matter(self, matter: Matter) -> None:
        """Keep a new or changed one."""
        self._matters.put(matter.code, matter)

    def versions(self, plan_no: str) -> Sequence[PlanVersion]:
        """Every version of a plan, the first one first."""
        return list(self._versions[plan_no].values())

    def save(self, version: PlanVersion) -> None:
        """Keep a new or changed one."""
        self._versions[version.plan_no][version.version] = version
        self._changed[version.plan_no, version.version] = version

    def note(self, change: PlanChange) -> None:
        """Keep the trace of a change."""
        self._notes.append(change)

    def due(self, department: str, year: int, step: Step) -> bool:
        """True while the department is to be urged with this step."""
        return (department, year, step) in self._due

    def urged(self, department: str, year: int, step: Step) -> None:
        """Keep that the department was urged."""
        self._due.remove((department, year, step))
        self._urged.append((department, year, step))

    async def read(self, reads: Asking, needs: Needs, offices: LoadedOffices) -> None:
        """Read the plans that are needed with every matter they name, and the departments that may be urged."""
        plans = sorted(needs.plans | needs.seen_plans)
        self._versions.update({plan_no: {} for plan_no in plans})
        for row in await reads.fetch(_VERSIONS, plans) if plans else ():
            version = _version(row)
            self._versions[version.plan_no][version.version] = version
        named = {code for of in self._versions.values() for each in of.values() for code in each.content.matters}
        wanted = sorted(needs.matters | needs.seen_matters | named)
        self._matters.expect(wanted)
        for row in await reads.fetch(_MATTERS, wanted) if wanted else ():
            matter = _matter(row)
            self._matters.found(matter.code, matter)
        if needs.filings:
            await offices.read(reads, {department for department, _, _ in needs.filings})
            asked = sorted({(year, step) for _, year, step in needs.filings})
            named_ones = [department for department, _, _ in needs.filings]
            rows = await reads.fetch(_STILL_DUE, *self._asked(asked), named_ones)
            self._due = {(row["department"], row["year"], Step(row["step"])) for row in rows} & needs.filings

    def write(self, tx: Transaction) -> None:
        """Write what changed."""
        matters = [tuple(getattr(matter, name) for name in _MATTER) for matter in self._matters.changed.values()]
        versions = [_version_row(version) for _, version in sorted(self._changed.items())]
        changes = [tuple(getattr(change, name) for name in _CHANGE) for change in self._notes]
        urgings = [(*filing, tx.now) for filing in self._urged]
        for statement, rows in (
            (_KEEP_MATTERS, matters),
            (_KEEP_VERSIONS, versions),
            (_ADD_CHANGES, changes),
            (_ADD_URGINGS, urgings),
        ):
            tx.writes.put_rows(statement, rows)

    def _asked(self, steps: Sequence[tuple[int, Step]]) -> list[list[Any]]:
        return _asked(self.rules, steps)


class DueFilings:
    """Departments a day has overtaken without a filed plan (未备案部门): found here, urged by the handler."""

    def __init__(self, rules: PlanRules) -> None:
        self._rules = rules

    async def __call__(
        self, connection: Connection, now: datetime, limit: int, leaving_out: Collection[Filing]
    ) -> Mapping[Filing, object]:
        """Up to ``limit`` of them, of this year and the last."""
        today = china_day(now)
        begun = [
            (year, step)
            for year in (today.year - 1, today.year)
            for step, first in self._rules.of_year(year).steps(year).items()
            if first <= today
        ]
        left = setwise.transposed(leaving_out) or [[], [], []]
        rows = await connection.fetch(_DUE, *_asked(self._rules, begun), limit, *left)
        return {(row["department"], row["year"], Step(row["step"])): "unfiled" for row in rows}


def _asked(rules: PlanRules, steps: Sequence[tuple[int, Step]]) -> list[list[Any]]:
    """Year, step and last day to file, as the parameters of a statement."""
    years = [year for year, _ in steps]
    return [years, [step.value for _, step in steps], [rules.of_year(year).filed_by(year) for year in years]]


def _matter(row: Any) -> Matter:
    return Matter(**{name: row[name] for name in _MATTER} | {"category": MatterCategory(row["category"])})


def _version_row(version: PlanVersion) -> tuple[Any, ...]:
    content = version.content
    return (
        *(content.plan_no, version.version, content.year, content.lead_department, ",".join(content.departments)),
        *(content.region, content.title, version.state.value, msgspec.json.encode(content).decode()),
        *(getattr(version, name) for name in _LIFE),
    )


def _version(row: Any) -> PlanVersion:
    life = {name: row[name] for name in _LIFE}
    content = _CONTENT.decode(row["content"])
    return PlanVersion(content=content, version=row["version"], state=PlanState(row["state"]), **life)
