"""Publicity of results (公示办理): what a department owes the public, and publicising, correcting and withdrawing it."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web import clocks
from console.web.fields import Field, Remedy
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.language import said
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.session import departments_of
from console.web.view import View
from kernel.clock import CHINA
from kernel.publicity import PublicityCause
from kernel.refusal import Refusal

PATH = "/api/v1/publicity"
STATES = ("PENDING", "PUBLICISED", "CORRECTED", "WITHDRAWN")
_SHOWN = "30"
_SEE_OTHER = 303
_SHOWN_NOW = ("PUBLICISED", "CORRECTED")
_CAUSE = Field("cause", said("缘由"), "choice", options=tuple(PublicityCause), words="cause:")
_REASON = Field("reason", said("理由"), hint=said("写明事实与依据"))
_ALL = (
    Remedy(
        "publicise",
        said("公示结果"),
        ":publicise",
        states=("PENDING",),
        hint=said("由没有参加检查的人公示；结果类型按执法人员所填，没有填的按检查结果。公示后有固定地址与凭证。"),
        primary=True,
    ),
    Remedy(
        "uphold",
        said("维持公示"),
        ":uphold",
        states=_SHOWN_NOW,
        fields=(_REASON,),
        hint=said("经核查，公示的结果无误。由提出存疑以外的人办理。"),
        primary=True,
    ),
    Remedy(
        "correct",
        said("更正公示"),
        ":correct",
        states=_SHOWN_NOW,
        fields=(
            _CAUSE,
            Field("matter_name", said("检查事项改为"), "text", required=False),
            Field("subject_name", said("名称改为"), "text", required=False),
            _REASON,
        ),
        hint=said("由上次决定公示以外的人办理；两版都保留，更正的内容与理由公开。"),
    ),
    Remedy(
        "question",
        said("提出存疑"),
        ":question",
        states=_SHOWN_NOW,
        fields=(_CAUSE, _REASON),
        hint=said("公示的结果可能不再成立；结果已变更或撤销的，限期更正或撤下。"),
    ),
    Remedy(
        "withdraw",
        said("撤下，或不予公示"),
        ":withdraw",
        states=("PENDING", *_SHOWN_NOW),
        fields=(_CAUSE, _REASON),
        hint=said("撤下不能恢复；固定地址写明何时、为何撤下。"),
    ),
)
VERBS = {remedy.verb: remedy for remedy in _ALL}


def offered(publication: Mapping[str, Any]) -> list[Remedy]:
    """What is offered in the state of a publication; upholding only what somebody questioned."""
    fitting = (each for each in _ALL if publication["state"] in each.states)
    return [each for each in fitting if each.verb != "uphold" or publication["doubt"]]


def router(services: Services, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/publicity")
    async def listed(
        request: Request,
        state: Annotated[str, Query(max_length=20)] = STATES[0],
        department: Annotated[str, Query(max_length=64)] = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        """The publications of a department in one state, with the last day of those that are owed."""
        asking = Asking(services, request)
        held = departments_of(request)
        chosen = department or (held[0] if held else "")
        which = {"state": state if state in STATES else STATES[0], "department": chosen, "cursor": cursor}
        told, departments = await asyncio.gather(
            asking.get("supervision", PATH, limit=_SHOWN, **which), names.departments()
        )
        rows = [each | {"clock": _clock(each, now())} for each in told["items"]]
        shown: dict[str, Any] = {"rows": rows, "following": told["next"], "states": STATES, "held": held}
        return page(request, "publicity.html", **(shown | which), departments=departments)

    @routes.get("/publicity/{publication_no}")
    async def one(request: Request, publication_no: UUID) -> Response:
        """One publication, everything done to it, and what can be done."""
        return await _shown(request, services, names, now, publication_no)

    @routes.get("/publicity/{publication_no}/days")
    async def days(request: Request, publication_no: UUID) -> Response:
        """Why the last day to publicise is the last day."""
        asking, where = Asking(services, request), f"{PATH}/{publication_no}"
        found, counted = await asyncio.gather(
            asking.get("supervision", where), asking.get("supervision", f"{where}/days")
        )
        clock = next(each for each in found["deadlines"] if each["deadline_id"] == counted["deadline_id"])
        back = {"address": f"/publicity/{publication_no}", "name": found["object_name"]}
        return page(request, "days.html", back=back, clock=clock, days=counted["days"])

    @routes.post("/publicity/{publication_no}/{verb}")
    async def done(request: Request, publication_no: UUID, verb: str, typed: Filled) -> Response:
        """Do it, and come back."""
        remedy = VERBS.get(verb)
        if remedy is None:
            raise _no_such_verb()
        try:
            path = f"{PATH}/{publication_no}{remedy.path}"
            await Asking(services, request).post("supervision", path, remedy.body(typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(request, services, names, now, publication_no, refusal, typed, verb)
        return RedirectResponse(f"/publicity/{publication_no}", _SEE_OTHER)

    return routes


async def _shown(
    request: Request,
    services: Services,
    names: Names,
    now: Callable[[], datetime],
    publication_no: UUID,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    verb: str = "",
) -> Response:
    asking = Asking(services, request)
    found, departments = await asyncio.gather(
        asking.get("supervision", f"{PATH}/{publication_no}"), names.departments()
    )
    return page(
        request,
        "publication.html",
        status=refusal.status if refusal else 200,
        publication=found,
        people=await people_of(services, request, found["department"]),
        clocks=clocks.running(found["deadlines"], now()),
        departments=departments,
        remedies=offered(found),
        act_at=f"/publicity/{publication_no}",
        standing={},
        typed=typed or Typed(),
        verb=verb,
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
        once=new_key(),
    )


def _clock(publication: Mapping[str, Any], now: datetime) -> clocks.Clock | None:
    """The clock of what is still owed."""
    if publication["state"] != STATES[0] or not publication["due_on"]:
        return None
    return clock_until("PUBLICISE", publication["due_on"], now)


def clock_until(kind: str, due_on: str, now: datetime) -> clocks.Clock:
    """A clock that ends with a day in China."""
    end = datetime.combine(date.fromisoformat(due_on) + timedelta(days=1), time(), CHINA)
    deadline = {"kind": kind, "state": "RUNNING", "deadline_id": "", "limit": ""}
    return clocks.running([deadline | {"due_on": due_on, "due_at": end.isoformat()}], now)[0]


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到公示办理，使用页面上的按钮",
        en="There is no such action; go back to the publication and use its buttons",
        status=404,
    )
