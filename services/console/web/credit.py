"""Credit profile (信用档案): the score as a sum of reasons, what the grade means, records, and what is under way.

A person of credit sees and does all; approvers and supervisors see the assessment and the records, not the procedures.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from chassis.pages import Reading
from console import queries
from console.web import clocks
from console.web.credit_steps import WIDTH, bounds_of, steps_of
from console.web.names import Names
from console.web.redress import OPEN
from console.web.rendering import page
from console.web.services import Asking, Services, part
from console.web.session import carried
from kernel.refusal import Refusal
from kernel.role import Role

GRADES = ("A", "B", "C", "D")
USCC = "001"
_SHOWN = 50
_SEE_OTHER, _FORBIDDEN = 303, 403
Text = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True)
class CreditDesk:
    """What pages about credit are made with (信用工作台)."""

    services: Services
    names: Names
    reading: Reading
    now: Callable[[], datetime]

    def clocks(self, procedure: Mapping[str, Any]) -> list[clocks.Clock]:
        """The clocks of a repair, objection or withdrawal that still run."""
        return clocks.running(procedure["deadlines"], self.now())


def deals(request: Request) -> bool:
    """Whether whoever asks sees what is under way: the credit office and the linkage office."""
    session = carried(request.scope)
    return session is not None and bool({Role.CREDIT_OFFICER, Role.LINKAGE_OFFICE} & set(session.roles))


def address_of(id_type: str, id_no: str) -> str:
    """The page of a subject."""
    kind = "" if id_type == USCC else f"?id_type={quote(id_type, safe='')}"
    return f"/credit/{quote(id_no)}{kind}"


def subject_path(id_type: str, id_no: str) -> str:
    """Where credit tells of a subject."""
    return f"/api/v1/subjects/{part(id_type)}/{part(id_no)}"


def router(desk: CreditDesk) -> APIRouter:
    """The routes; that of a subject last, whose number may be anything."""
    routes = APIRouter()

    @routes.get("/credit")
    async def listed(
        request: Request, q: Text = "", id_type: Text = USCC, grade: Text = "", cursor: Text = ""
    ) -> Response:
        """What waits for the credit office, or the subjects of a grade; a number leads to its subject."""
        if q.strip():
            return RedirectResponse(address_of(id_type, q.strip()), _SEE_OTHER)
        asking = Asking(desk.services, request)
        chosen = grade if grade in GRADES else "" if deals(request) else GRADES[-1]
        waiting, found = await asyncio.gather(
            _waiting(desk, asking) if not chosen else _nothing(),
            asking.get("credit", "/api/v1/subjects", grade=chosen, limit=str(_SHOWN), cursor=cursor)
            if chosen
            else _nothing(),
        )
        shown = {"waiting": waiting, "subjects": found.get("items"), "following": found.get("next")}
        tabs = ["", *GRADES] if deals(request) else list(GRADES)
        return page(request, "credit_list.html", **shown, grade=chosen, tabs=tabs)

    return routes


def subject_router(desk: CreditDesk) -> APIRouter:
    """The route of one subject."""
    routes = APIRouter()

    @routes.get("/credit/{id_no:path}")
    async def one(request: Request, id_no: str, id_type: Text = USCC, as_of: date | None = None) -> Response:
        """A subject's credit, as of today or of another day."""
        asking = Asking(desk.services, request)
        where = subject_path(id_type, id_no)
        subject, assessment, meaning, under_way, departments = await asyncio.gather(
            asking.get("credit", where),
            asking.get("credit", f"{where}/assessment", as_of=as_of.isoformat() if as_of else None),
            _meaning(asking),
            asking.get("credit", f"{where}/procedures") if deals(request) else _nothing(),
            desk.names.departments(),
        )
        async with desk.reading() as connection:
            key = subject["id_type"], subject["id_no"]
            grades = await queries.grades_told(connection, *key)
            cases: dict[str, str] = {}
            for identity in subject["identities"]:
                cases |= await queries.cases_behind(connection, identity["id_type"], identity["id_no"])
        return page(
            request,
            "credit.html",
            subject=subject,
            assessment=assessment,
            steps=steps_of(assessment),
            bounds=bounds_of(assessment),
            width=WIDTH,
            meaning=meaning,
            waiting=[_row(desk, kind, each) for kind, each in _open_ones(under_way)],
            deals=deals(request),
            departments=departments,
            grades=grades,
            cases=cases,
            as_of=as_of,
        )

    return routes


async def _nothing() -> dict[str, Any]:
    return {}


async def _waiting(desk: CreditDesk, asking: Asking) -> list[dict[str, Any]]:
    """Every repair, objection and withdrawal somebody has to do something about, the most urgent first."""
    asked = [(kind, state) for kind, states in OPEN.items() for state in states]
    told = await asyncio.gather(*(_in_state(asking, kind, state) for kind, state in asked))
    rows = [_row(desk, kind, each) for (kind, _), items in zip(asked, told, strict=True) for each in items]
    return sorted(rows, key=lambda row: row["clocks"][0].due_on if row["clocks"] else date.max)


async def _in_state(asking: Asking, kind: str, state: str) -> list[dict[str, Any]]:
    """Withdrawals are read by those alone who act for every department."""
    try:
        told = await asking.get("credit", f"/api/v1/{kind}s", state=state, limit=str(_SHOWN))
    except Refusal as refusal:
        if refusal.status != _FORBIDDEN:
            raise
        return []
    items: list[dict[str, Any]] = told["items"]
    return items


def _row(desk: CreditDesk, kind: str, procedure: Mapping[str, Any]) -> dict[str, Any]:
    return {**procedure, "procedure": kind, "clocks": desk.clocks(procedure)}


def _open_ones(under_way: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [
        (kind, each)
        for kind, states in OPEN.items()
        for each in under_way.get(f"{kind}s", ())
        if each["state"] in states
    ]


async def _meaning(asking: Asking) -> dict[str, Any]:
    """What each grade means for supervision and for an application; empty parts while a service is away."""
    risk, gate = await asyncio.gather(
        _or_nothing(asking, "supervision", "/api/v1/risk-classes"),
        _or_nothing(asking, "approval", "/api/v1/gate-rules"),
    )
    editions = {each["version"]: each for each in risk.get("editions", ())}
    return {"risk": editions.get(risk.get("in_force")), "gate": gate}


async def _or_nothing(asking: Asking, service: str, path: str) -> dict[str, Any]:
    """An answer the page can do without."""
    try:
        told: dict[str, Any] = await asking.get(service, path)
    except Refusal:
        return {}
    return told
