"""What an enterprise sees when it scans the code of a visit (扫码入企): who comes, why, under which law. No login.

A code nobody gave out, or of a visit long past, has one answer whatever it looks like. Names of officers are shown while
they are expected or there, as on the certificate they have to show; afterwards the numbers of the certificates alone.
"""

import re
from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from kernel.visit import VisitState
from supervision import handlers
from supervision.api.site_visits import NOT_KEPT, Visiting
from supervision.domain.visits import VisitEdition, refusals
from supervision.domain.visits.commands import ScanVisit
from supervision.domain.visits.counting import uses_of
from supervision.domain.visits.rating import RateVisit
from supervision.domain.visits.recusal import AskRecusal, shown_order
from supervision.queries import visits as queries

_CODE = re.compile(r"[2-9A-Z]{1,64}")
_EXPECTED = {VisitState.ANNOUNCED, VisitState.ENTERED}
_RIGHTS = {
    "zh": "执法人员不少于两名，应当主动出示执法证件并出示本检查码；与检查有直接利害关系的，可以申请回避；"
    "不出示执法证件的，有权拒绝检查（行政处罚法第五十五条）；检查码或证件不符的，可以拨打 12345 核实或投诉",
    "en": "at least two officers come, show their certificates and this code unasked; you may ask an officer with an interest "
    "in the matter to stand aside; officers who show no certificate may be refused (行政处罚法 art. 55); when code or "
    "certificates do not match, call 12345 to verify or complain",
}


class RatingForm(BaseModel):
    """评价."""

    model_config = ConfigDict(extra="forbid")

    stars: int = Field(strict=True, description="1 至 5 / 1 to 5")
    note: str = ""


class RecusalForm(BaseModel):
    """回避申请."""

    model_config = ConfigDict(extra="forbid")

    officer: int = Field(strict=True, ge=0, description="第几名执法人员，从 0 起，见 crew / which of the crew, from 0")
    reason: str


def router(visiting: Visiting) -> APIRouter:
    """The public routes of site visits."""
    routes = APIRouter(prefix="/public")

    @routes.get("/visits/{code}", summary="扫码查看检查 / what a scanned code stands for")
    async def shown(code: str) -> Response:
        """404 ``visit-code-unknown`` for any code that was not given out."""
        _require_form(code)
        async with visiting.reading() as connection:
            visit = await queries.visit_of_code(connection, code)
            edition = visiting.rules.in_force(visit["planned_on"]) if visit else None
            if visit is None or edition is None or visiting.today() > edition.code_until(_day(visit)):
                raise refusals.no_such_code()
            crew = await queries.crew_of(connection, visit["officers"])
            counted = await queries.counted_of(connection, visit["id_type"], visit["id_no"])
        year = visit["planned_on"].year
        uses = uses_of(edition, counted, visit["department"], year, visit["joint_no"])
        caps = [{"cap": use.cap.code, "used": use.used, "per_year": use.cap.per_year} for use in uses]
        named = crew if visit["state"] in _EXPECTED else [each | {"name": ""} for each in crew]
        until = edition.code_until(_day(visit))
        more = {
            "year": year,
            "caps": caps,
            "rights": _RIGHTS,
            "crew": named,
            "until": until,
            "recusals": _recusals(visit),
        }
        return _answer(_told(visit, edition) | more)

    @routes.post("/visits/{code}:scan", summary="登记扫码 / record that the code was scanned")
    async def scanned(code: str) -> Response:
        """The first scan counts: the officers showed their code."""
        _require_form(code)
        visit = await visiting.unit.run(handlers.scan_visit, ScanVisit(code=code))
        return _answer({"number": visit.number, "state": visit.state, "scanned_at": visit.scanned_at})

    @routes.post("/visits/{code}:rate", status_code=201, summary="评价检查 / rate the visit")
    async def rated(code: str, form: RatingForm) -> Response:
        """201 once somebody came, 200 the very same again; the department never sees whose it is."""
        _require_form(code)
        again = await visiting.unit.run(handlers.rate_visit, RateVisit(code=code, stars=form.stars, note=form.note))
        return _answer({"stars": form.stars, "duplicate": again}, 200 if again else 201)

    @routes.post("/visits/{code}:recuse", status_code=201, summary="申请回避 / ask an officer to stand aside")
    async def recused(code: str, form: RecusalForm) -> Response:
        """201; who approved the visit decides, until then the visit goes on."""
        _require_form(code)
        command = AskRecusal(code=code, officer=form.officer, reason=form.reason)
        visit = await visiting.unit.run(handlers.ask_recusal, command)
        return _answer({"number": visit.number, "asked_at": visit.recusals[-1].asked_at}, 201)

    return routes


def _day(visit: dict[str, Any]) -> date:
    found: date = visit["visited_on"] or visit["planned_on"]
    return found


def _recusals(visit: dict[str, Any]) -> list[dict[str, Any]]:
    """What was asked and decided, by the place of the officer; why it was asked is not shown again."""
    order = shown_order(tuple(visit["officers"]))
    shown = ("asked_at", "granted", "decision", "decided_at")
    return [
        {"officer": order.index(each["officer"]), **{name: each[name] for name in shown}}
        for each in visit["recusals"]
        if each["officer"] in order
    ]


def _require_form(code: str) -> None:
    """What no code looks like is answered as one nobody gave out."""
    if not _CODE.fullmatch(code):
        raise refusals.no_such_code()


def _told(visit: dict[str, Any], edition: VisitEdition) -> dict[str, Any]:
    exemption = edition.exemptions.get(visit["exemption"])
    return {
        "number": visit["number"],
        "valid": visit["state"] in _EXPECTED,
        "state": visit["state"],
        "department": {"code": visit["department"], "name": visit["department_name"]},
        "officers": len(visit["officers"]),
        "certificates": visit["certificates"],
        "object": visit["object_name"] or visit["object_no"],
        "day": _day(visit),
        "kind": visit["kind"],
        "matters": visit["matters"],
        "reason": visit["reason"],
        "legal_basis": visit["legal_basis"],
        "grounds": {"code": exemption.code, "zh": exemption.zh, "en": exemption.en} if exemption else None,
        "approved_at": visit["approved_at"],
        "joint": visit["joint_no"] != visit["visit_no"],
        "scanned_at": visit["scanned_at"],
    }


def _answer(said: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(said), status, headers=NOT_KEPT, media_type="application/json")
