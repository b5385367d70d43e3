"""Annual plans over HTTP (年度抽查计划接口): drafted, submitted, filed by a second person, amended, measured, read."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock, china_day
from kernel.refusal import Fault, malformed
from kernel.risk import RiskClass
from supervision import handlers, queries
from supervision.api.plan_forms import PlanForm
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain.plans import ClassCount, PlanState
from supervision.domain.plans.commands import (
    AmendPlan,
    AskPlan,
    DraftPlan,
    FilePlan,
    SendBackPlan,
    SubmitPlan,
    no_such_plan,
)
from supervision.domain.plans.forecast import EntryForecast, forecast
from supervision.domain.plans.rules import PlanRules
from supervision.handlers import PlanReceipt
from supervision.ports import StoredWork

Number = Annotated[int, Field(ge=1, lt=2**31)]
_ONE = "/plans/{plan_no}"
_HISTORY = ("version", "state", "filing_no", "filed_on", "filed_by")


class FileForm(PersonForm):
    """备案号与备案日, today when left out."""

    filing_no: str
    filed_on: date | None = None


class PlansAsked(PageAsked):
    """Which plans (计划查询); ``department``: it takes part."""

    year: Number | None = None
    department: Asked | None = None
    lead_department: Asked | None = None
    state: PlanState | None = None


def router(
    unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, rules: PlanRules, clock: Clock
) -> APIRouter:
    """The routes of plans."""
    routes = APIRouter()
    measured = _Measured(unit, reading, clock)
    _add_drafts(routes, unit, rules, measured)
    _add_life(routes, unit, measured)
    _add_reading(routes, reading, page_limit, measured)
    return routes


class _Measured:
    """What a version asks of the departments today (计划测算)."""

    def __init__(self, unit: UnitOfWork[StoredWork], reading: Reading, clock: Clock) -> None:
        self._unit = unit
        self._reading = reading
        self._clock = clock

    async def __call__(self, plan_no: str, version: int | None) -> dict[str, Any]:
        found, scopes, matters = await self._unit.run(handlers.scopes_of_plan, AskPlan(plan_no, version))
        today = china_day(self._clock.now())
        entries = []
        counted: dict[Any, Mapping[RiskClass, ClassCount]] = {}
        async with self._reading() as connection:
            for entry in found.content.entries:
                every, begins = entry.frequency.at_least_every_months, max(today, entry.starts_on)
                same = (scopes[entry.code], entry.lead, every)
                if same not in counted:
                    counted[same] = await queries.class_counts(connection, same[0], [entry.lead], every, today)
                counts = counted[same]
                theirs = {code: entry.matters_of(code, matters) for code in entry.department_codes}
                able = await queries.able_inspectors(connection, theirs, begins, entry.ends_on)
                entries.append(forecast(entry, counts, able))
        return {
            "plan_no": plan_no,
            "version": found.version,
            "on": today,
            "entries": [_shown(entry) for entry in entries],
            "warnings": [warning for entry in entries for warning in _warnings(entry)],
        }


def _add_drafts(routes: APIRouter, unit: UnitOfWork[StoredWork], rules: PlanRules, measured: _Measured) -> None:
    async def told(receipt: PlanReceipt, response: Response) -> dict[str, Any]:
        response.status_code = 201 if receipt.created else 200
        return await _told(receipt, measured)

    @routes.post("/plans", status_code=201, summary="起草年度抽查计划 / draft a plan")
    async def draft(form: PlanForm, response: Response) -> dict[str, Any]:
        """201 new, 200 the same again or another draft of it, 409 ``plan-differs`` once submitted.

        ``warnings`` name, with figures, departments that have too few inspectors.
        """
        command = DraftPlan(content=form.plan(rules.of_year(form.year)), by=form.by)
        return await told(await unit.run(handlers.draft_plan, command), response)

    @routes.post(_ONE + ":amend", status_code=201, summary="变更计划 / the next version of a filed plan")
    async def amend(plan_no: Asked, form: PlanForm, response: Response) -> dict[str, Any]:
        """201 a further version as a draft, 200 the same again or another draft of it; a reason is needed."""
        content = form.plan(rules.of_year(form.year))
        if content.plan_no != plan_no:
            zh, en = f"与地址中的计划编号 {plan_no} 不一致，请改正", f"the address names plan {plan_no}; correct it"
            raise malformed([Fault(pointer="/plan_no", zh=zh, en=en)])
        return await told(await unit.run(handlers.amend_plan, AmendPlan(content=content, by=form.by)), response)


def _add_life(routes: APIRouter, unit: UnitOfWork[StoredWork], measured: _Measured) -> None:
    @routes.post(_ONE + ":submit", summary="提交计划 / submit")
    async def submit(plan_no: Asked, form: PersonForm) -> dict[str, Any]:
        """From now on the content of the version never changes, unless it is sent back."""
        return await _told(await unit.run(handlers.submit_plan, SubmitPlan(plan_no=plan_no, by=form.by)), measured)

    @routes.post(_ONE + ":send-back", summary="退回修改 / send back")
    async def send_back(plan_no: Asked, form: ReasonForm) -> dict[str, Any]:
        """A submitted version is a draft again."""
        command = SendBackPlan(plan_no=plan_no, by=form.by, reason=form.reason)
        return asdict(await unit.run(handlers.send_back_plan, command))

    @routes.post(_ONE + ":file", summary="备案，须另一人 / file, by somebody else")
    async def file(plan_no: Asked, form: FileForm) -> dict[str, Any]:
        """The version is in force; 409 ``second-person-needed``."""
        command = FilePlan(plan_no=plan_no, by=form.by, filing_no=form.filing_no, filed_on=form.filed_on)
        return asdict(await unit.run(handlers.file_plan, command))


def _add_reading(routes: APIRouter, reading: Reading, page_limit: int, measured: _Measured) -> None:
    @routes.get("/plans", summary="年度抽查计划 / plans")
    async def plans(asked: Annotated[PlansAsked, Query()]) -> Page:
        """Every version of every plan, without contents."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.plans(connection, which, asked.after(tuple[str, int]), limit + 1)
        return page(items, ["plan_no", "version"], limit)

    @routes.get(_ONE, summary="一个计划 / one plan")
    async def plan(plan_no: Asked) -> dict[str, Any]:
        """The newest version whole, which one is in force, the ratios of every version, and who did what."""
        async with reading() as connection:
            versions = await queries.plan_versions(connection, plan_no)
            history = await queries.plan_history(connection, plan_no)
        if not versions:
            raise no_such_plan(plan_no)
        filed = [each["version"] for each in versions if each["state"] == PlanState.FILED]
        told = {"in_force": max(filed, default=None), "versions": list(map(_ratios, versions)), "history": history}
        return _whole(versions[-1]) | told

    @routes.get(_ONE + "/versions/{version}", summary="计划的一版 / one version whole")
    async def one_version(plan_no: Asked, version: Number) -> dict[str, Any]:
        """One version with its life."""
        async with reading() as connection:
            versions = await queries.plan_versions(connection, plan_no)
        for each in versions:
            if each["version"] == version:
                return _whole(each)
        raise no_such_plan(plan_no, version)

    @routes.get(_ONE + "/forecast", summary="计划测算 / what a plan asks for")
    async def measure(plan_no: Asked, version: Number | None = None) -> dict[str, Any]:
        """Objects and quota of each class today, places and officer-days of each department, and warnings."""
        return await measured(plan_no, version)


async def _told(receipt: PlanReceipt, measured: _Measured) -> dict[str, Any]:
    found = await measured(receipt.plan_no, receipt.version)
    return asdict(receipt) | {"warnings": found["warnings"]}


def _whole(row: queries.Row) -> dict[str, Any]:
    """A version as one document: its content and its life."""
    life = {name: value for name, value in row.items() if name != "content"}
    return {**row["content"], **life}


def _ratios(row: queries.Row) -> dict[str, Any]:
    """What a version said of ratios, and since when (比例履历)."""
    content = row["content"]
    entries = [{"code": entry["code"], "ratios": entry["ratios"]} for entry in content["entries"]]
    return {name: row[name] for name in _HISTORY} | {"reason": content["reason"], "entries": entries}


def _shown(entry: EntryForecast) -> dict[str, Any]:
    classes = {letter: asdict(quota) | {"at_random": quota.at_random} for letter, quota in entry.classes.items()}
    loads = [asdict(load) | {"enough": load.enough} for load in entry.loads]
    return {"code": entry.code, "target": entry.target, "classes": classes, "departments": loads}


def _warnings(entry: EntryForecast) -> list[dict[str, Any]]:
    """Departments with too few inspectors (人员不足), with the figures."""
    return [
        {
            "code": "too-few-inspectors",
            "pointer": f"/entries/{entry.code}/departments/{load.department}",
            "zh": f"计划项 {entry.code}：{load.department} 应查 {entry.target} 户，需 {load.places} 人次，"
            f"可用执法人员 {load.inspectors} 名至多承担 {load.capacity} 人次；请增加人员、提高每人户数或降低比例",
            "en": f"entry {entry.code}: {entry.target} objects take {load.places} places of {load.department}, "
            f"whose {load.inspectors} inspectors can take {load.capacity}",
        }
        for load in entry.loads
        if not load.enough
    ]
