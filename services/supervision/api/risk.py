"""Risk classes over HTTP (风险分级接口): the class of an object and why, overrides with their verbs, the table in force."""

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.pages import Asked, Reading
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock, china_day
from kernel.credit import Grade
from kernel.risk import RiskClass
from supervision import handlers, queries
from supervision.api.verbs import PersonForm, ReasonForm
from supervision.domain.catalogue import Risk
from supervision.domain.risk import RiskEdition, RiskTable
from supervision.domain.risk_override import ConfirmOverride, EndOverride, OverrideRisk, RiskOverride
from supervision.ports import StoredWork

_OVERRIDES = "/objects/{source_system}/{object_no:path}/risk-overrides"


class OverrideForm(BaseModel):
    """人工调整: which class, why, by whom, from when (today when left out) until which last day."""

    model_config = ConfigDict(extra="forbid")

    risk_class: RiskClass
    reason: str
    legal_basis: str = ""
    by: Acting
    valid_from: date | None = Field(None, alias="from", description="首日，缺省为今天 / today when left out")
    valid_to: date = Field(alias="until", description="末日 / the last day")


def router(unit: UnitOfWork[StoredWork], reading: Reading, table: RiskTable, clock: Clock) -> APIRouter:
    """The routes; they stand before ``objects/{…}``, whose number may hold slashes."""
    routes = APIRouter()

    def today() -> date:
        return china_day(clock.now())

    @routes.get(
        "/objects/{source_system}/{object_no:path}/risk", summary="风险等级及其理由 / why an object has its class"
    )
    async def risk(source_system: Asked, object_no: Asked) -> dict[str, Any]:
        """Class, grade, item risk and reasons, the override that has not ended, the latest changes."""
        async with reading() as connection:
            found = await queries.risk_explained(connection, source_system, object_no, today())
        if found is None:
            raise not_found(f"监管对象 {source_system}:{object_no}", f"object {source_system}:{object_no}")
        return found

    @routes.get(
        "/risk-classes", summary="分级表与各等级对象数 / the table in force, and how many objects have which class"
    )
    async def risk_classes() -> dict[str, Any]:
        """Counts of today, the edition in force and every other, with source and whether anybody confirmed it."""
        async with reading() as connection:
            counts = await queries.risk_classes(connection)
        editions = [_edition(edition) for edition in table.editions]
        return {"objects": counts, "in_force": table.in_force(today()).version, "editions": editions}

    _add_overrides(routes, unit, today)
    return routes


def _add_overrides(routes: APIRouter, unit: UnitOfWork[StoredWork], today: Callable[[], date]) -> None:
    def told(override: RiskOverride) -> dict[str, Any]:
        return queries.override_shown(override, today())

    @routes.post(_OVERRIDES, status_code=201, summary="人工调整风险等级 / override the risk class")
    async def ordered(source_system: Asked, object_no: Asked, form: OverrideForm, response: Response) -> dict[str, Any]:
        """201 a new override, 200 the very same again; one that lowers the class waits for a second person."""
        command = OverrideRisk(source_system=source_system, object_no=object_no, **dict(form))
        override, again = await unit.run(handlers.override_risk, command)
        response.status_code = 200 if again else 201
        return told(override) | {"duplicate": again}

    @routes.post(_OVERRIDES + ":confirm", summary="复核人工调整 / confirm an override that lowers the class")
    async def confirmed(source_system: Asked, object_no: Asked, form: PersonForm) -> dict[str, Any]:
        """By somebody else than who ordered it."""
        command = ConfirmOverride(source_system=source_system, object_no=object_no, by=form.by)
        return told(await unit.run(handlers.confirm_override, command))

    @routes.post(_OVERRIDES + ":end", summary="提前结束人工调整 / end an override early")
    async def ended(source_system: Asked, object_no: Asked, form: ReasonForm) -> dict[str, Any]:
        """With a reason; on the day after its last it is over by itself."""
        command = EndOverride(source_system=source_system, object_no=object_no, by=form.by, reason=form.reason)
        return told(await unit.run(handlers.end_override, command))


def _edition(edition: RiskEdition) -> dict[str, Any]:
    rows: dict[str, dict[Risk, RiskClass]] = {}
    for grade in (None, *Grade):
        rows[grade or "NONE"] = {risk: edition.classes[grade, risk] for risk in Risk}
    return vars(edition) | {"classes": rows}
