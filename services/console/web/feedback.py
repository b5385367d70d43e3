"""Feedback pages (监管反馈): what supervision asks the approver to do about a licence, and the answer, given once.

Whether an answer is sound approval says; here stands what a form asks for. A decision on a natural person needs the number
of an identity, which no page takes: it comes with the answer of the bureau's system.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse

from console.web import clocks
from console.web.fields import Field, Remedy
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.language import said
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.session import carried
from console.web.view import View
from kernel.clock import china_day
from kernel.decision import DecisionKind
from kernel.feedback import FITTING, FeedbackKind
from kernel.refusal import Refusal
from kernel.role import Role
from kernel.subject import SubjectKind

PATH = "/api/v1/feedback"
STATES = ("OPEN", "ANSWERED")
_SHOWN = "30"
_SEE_OTHER = 303
_REASON = Field("reason", said("理由"), hint=said("写明事实与依据"))
_NOTE = Field("reason", said("说明"), required=False)
_DECEIT = Field("by_deceit", said("以欺骗、贿赂等不正当手段取得"), "yes", answers=(said("是"), said("否")))
_VALIDITY = (
    Field("licence_no", said("许可编号"), "text", required=False),
    Field("valid_from", said("有效期起"), "day", required=False),
    Field("valid_to", said("有效期至"), "day", required=False),
)
REFUSE = Remedy("refuse", said("不采纳"), ":answer", fields=(_REASON,), hint=said("答复只有一次，不能更改。"))
RESTRICT = Remedy(
    "accept",
    said("采纳，限制准入"),
    ":answer",
    fields=(_NOTE,),
    hint=said("此后该主体申请这一事项，信用关口即答复限制。答复只有一次，不能更改。"),
    primary=True,
)


def accepting(kind: FeedbackKind) -> Remedy:
    """How a feedback is accepted: with the decision it asks for, registered together with the answer."""
    if kind is FeedbackKind.RESTRICT:
        return RESTRICT
    options = sorted(FITTING[kind], key=lambda each: each.value != kind.value)  # what it names first
    return Remedy(
        "accept",
        said("采纳，作出决定"),
        ":answer",
        fields=(
            Field("kind", said("办理类型"), "choice", options=options),
            Field("case_id", said("新决定的办件编号"), "text", said("审批业务系统的编号，与原办件不同")),
            Field("item_code", said("审批事项编码"), "text"),
            Field("decided_on", said("决定日期"), "day"),
            *((_DECEIT,) if DecisionKind.ANNUL in options else _VALIDITY),
            _NOTE,
        ),
        hint=said("决定与答复一次登记，照常匹配目录。答复只有一次，不能更改。"),
        primary=True,
    )


def offered(feedback: Mapping[str, Any]) -> list[Remedy]:
    """What can be done with a feedback that waits; a person is decided on elsewhere."""
    if feedback["state"] != STATES[0]:
        return []
    kind = FeedbackKind(feedback["kind"])
    by_page = kind is FeedbackKind.RESTRICT or feedback["subject_kind"] != SubjectKind.PERSON
    return [*([accepting(kind)] if by_page else []), REFUSE]


def answer_of(feedback: Mapping[str, Any], verb: str, typed: Typed) -> dict[str, Any]:
    """The answer as approval takes it: refused, or accepted with the decision on the object of the feedback."""
    answer: dict[str, Any] = {"accepted": verb == "accept", "reason": typed.text("reason")}
    remedy = accepting(FeedbackKind(feedback["kind"]))
    if verb != "accept" or remedy is RESTRICT:
        return answer
    decision = {name: value for name, value in remedy.body(typed).items() if name != "reason"}
    if decision.get("kind") != DecisionKind.ANNUL:
        decision.pop("by_deceit", None)
    decision |= {name: feedback[name] for name in ("source_system", "region")}
    decision["subject"] = {"kind": feedback["subject_kind"], "name": feedback["subject_name"]}
    decision["subject"] |= {name: feedback[name] for name in ("id_type", "id_no")}
    decision["object"] = {name: feedback[kept] for name, kept in _OBJECT.items()}
    return answer | {"case": decision}


_OBJECT = {"object_no": "object_no", "name": "object_name", "address": "object_address"}


@dataclass(frozen=True)
class FeedbackDesk:
    """What the pages of feedback are made with."""

    services: Services
    names: Names
    now: Callable[[], datetime]

    async def shown(
        self, request: Request, number: UUID, refusal: Refusal | None = None, typed: Typed | None = None, verb: str = ""
    ) -> Response:
        """The page of one feedback; with what was wrong with the answer."""
        asking = Asking(self.services, request)
        found, departments = await asyncio.gather(asking.get("approval", f"{PATH}/{number}"), self.names.departments())
        case = await _case(asking, found)
        session = carried(request.scope)
        answers = session is not None and Role.APPROVER in session.roles
        usual = {"item_code": case.get("item_code", ""), "licence_no": case.get("licence_no", "")}
        return page(
            request,
            "feedback_one.html",
            status=refusal.status if refusal else 200,
            feedback=found,
            people=await people_of(self.services, request, found["department"]),
            clocks=_clocks(found, self.now()),
            departments=departments,
            remedies=offered(found) if answers else [],
            by_page=found["kind"] == FeedbackKind.RESTRICT or found["subject_kind"] != SubjectKind.PERSON,
            act_at=f"/feedback/{number}",
            standing={},
            typed=typed or Typed(FormData({**usual, "decided_on": china_day(self.now()).isoformat()})),
            verb=verb or "accept",
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
            once=new_key(),
        )


def router(desk: FeedbackDesk) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/feedback")
    async def listed(
        request: Request,
        state: Annotated[str, Query(max_length=20)] = STATES[0],
        cursor: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        """What waits for an answer, or was answered, in the order it was raised."""
        chosen = state if state in STATES else STATES[0]
        told, departments = await asyncio.gather(
            Asking(desk.services, request).get("approval", PATH, state=chosen, cursor=cursor, limit=_SHOWN),
            desk.names.departments(),
        )
        rows = [each | {"clocks": _clocks(each, desk.now())} for each in told["items"]]
        known: dict[str, Any] = {"rows": rows, "following": told["next"], "states": STATES, "state": chosen}
        return page(request, "feedback.html", **known, departments=departments)

    @routes.get("/feedback/{feedback_id}")
    async def one(request: Request, feedback_id: UUID) -> Response:
        """One feedback: what is asked and why, until when, and the answer or the forms of it."""
        return await desk.shown(request, feedback_id)

    @routes.post("/feedback/{feedback_id}/{verb}")
    async def answered(request: Request, feedback_id: UUID, verb: str, typed: Filled) -> Response:
        """Answer it, and come back."""
        if verb not in {"accept", "refuse"}:
            raise _no_such_verb()
        asking, where = Asking(desk.services, request), f"{PATH}/{feedback_id}"
        try:
            body = answer_of(await asking.get("approval", where), verb, typed)
            await asking.post("approval", f"{where}:answer", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await desk.shown(request, feedback_id, refusal, typed, verb)
        return RedirectResponse(f"/feedback/{feedback_id}", _SEE_OTHER)

    return routes


def _clocks(feedback: Mapping[str, Any], now: datetime) -> list[clocks.Clock]:
    """The clock of the answer while it runs."""
    return clocks.running([feedback["deadline"] | {"deadline_id": ""}] if feedback["deadline"] else [], now)


async def _case(asking: Asking, feedback: Mapping[str, Any]) -> dict[str, Any]:
    """The decision it is about, its newest revision; nothing when approval does not show it."""
    path = f"/api/v1/cases/{part(feedback['source_system'])}/{part(feedback['case_id'])}"
    try:
        found: dict[str, Any] = await asking.get("approval", path)
    except Refusal:
        return {}
    return found


def _no_such_verb() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个动作；请回到监管反馈，使用页面上的按钮",
        en="There is no such action; go back to the feedback and use its buttons",
        status=404,
    )
