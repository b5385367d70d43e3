"""Complaints (投诉举报): taken in at a form, listed for the department that handles them, each with what came of it.

Who complained is masked everywhere; the department has it shown by saying why, on that one answer alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from console.web.fields import YES, Field
from console.web.forms import Filled, Typed, new_key, refused_form
from console.web.language import said
from console.web.names import Names
from console.web.people import people_of
from console.web.rendering import page, wrong
from console.web.services import Asking, Services
from console.web.session import carried, departments_of
from console.web.view import View
from kernel.clock import CHINA
from kernel.refusal import Refusal, malformed
from kernel.role import Role
from kernel.subject import IdType, number_fault, tidy_number

PATH = "/api/v1/complaints"
_SHOWN, _OBJECTS = "30", "50"
_SEE_OTHER = 303
_OPEN = {"": None, "yes": "true", "no": "false"}
ABOUT = (
    Field("subject_name", said("被投诉举报者的名称"), "text"),
    Field("address", said("地址"), "text", required=False),
)
"""Asked for when nothing of the subject is registered."""
MATTER = (
    Field(
        "content", said("投诉举报的内容"), hint=said("只写事情，不写投诉人的姓名、电话；身份证号码与手机号码不能写入")
    ),
    Field(
        "item_code", said("审批事项编码"), "text", said("知道是哪个事项的填写，检查按该事项的检查表"), required=False
    ),
)
WHO = (
    Field("complainant", said("投诉人姓名"), "text", said("加密保存，只显示姓氏"), required=False),
    Field(
        "contact",
        said("联系方式"),
        "text",
        said("电话或邮箱，加密保存，只有办理部门写明理由才能查看"),
        required=False,
    ),
)
_PLAIN = tuple(field.name for field in (*ABOUT, *MATTER, *WHO))
MEANS = ("PHONE", "MESSAGE", "LETTER", "FACE_TO_FACE", "CHANNEL")
"""How whoever complained may be told."""
Word = Annotated[str, Query(max_length=64)]


def router(services: Services, names: Names, now: Callable[[], datetime]) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_list(routes, services, names)
    _add_new(routes, services, names, now)
    _add_one(routes, services, names, now)
    return routes


def _add_list(routes: APIRouter, services: Services, names: Names) -> None:
    @routes.get("/complaints")
    async def listed(
        request: Request,
        state: Word = "yes",
        department: Word = "",
        number: Word = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
    ) -> Response:
        """Those of a department, the newest first; ``state``: not answered yet, answered, or all; or those of a number."""
        asking, held = Asking(services, request), departments_of(request)
        chosen = department or (held[0] if held else "")
        which = {"department": chosen, "complaint_no": number.strip(), "cursor": cursor}
        opened = None if number.strip() else _OPEN.get(state)
        told, departments, channels = await asyncio.gather(
            asking.get("supervision", PATH, limit=_SHOWN, open=opened, **which),
            names.departments(),
            _channels(asking, View.of(request).language),
        )
        shown = {"rows": told["items"], "following": told["next"], "held": held, "channels": channels}
        asked = {"state": state, "department": chosen, "number": number}
        return page(request, "complaints.html", departments=departments, asked=asked, **shown)


def _add_new(routes: APIRouter, services: Services, names: Names, now: Callable[[], datetime]) -> None:
    async def shown(
        request: Request, number: str, refusal: Refusal | None = None, typed: Typed | None = None
    ) -> Response:
        asking = Asking(services, request)
        id_no = tidy_number(number)
        if id_no and refusal is None and (fault := number_fault("/id_no", IdType.USCC, id_no)):
            refusal, found = malformed([fault]), None
        else:
            found = await _objects(asking, id_no) if id_no else None
        departments, channels = await asyncio.gather(names.departments(), _channels(asking, View.of(request).language))
        held = departments_of(request)
        return page(
            request,
            "complaint_new.html",
            status=refusal.status if refusal else 200,
            id_no=id_no,
            objects=found,
            about=ABOUT,
            matter=MATTER,
            complainant=WHO,
            channels=channels,
            departments={code: departments.get(code, code) for code in held} or departments,
            office=not held,
            latest=now().astimezone(CHINA).strftime("%Y-%m-%dT%H:%M"),
            typed=typed or Typed(),
            once=(typed or Typed()).once or new_key(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/complaints/new")
    async def asked(request: Request, id_no: Word = "") -> Response:
        """First whom it is about, then the form with what is registered of them."""
        return await shown(request, id_no)

    @routes.post("/complaints/new")
    async def received(request: Request, typed: Filled) -> Response:
        """Enter it; its task is there at once."""
        try:
            told = await Asking(services, request).post("supervision", PATH, body_of(typed), typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, typed.text("id_no"), refusal, typed)
        return RedirectResponse(f"/complaints/{told['complaint_id']}", _SEE_OTHER)


def _add_one(routes: APIRouter, services: Services, names: Names, now: Callable[[], datetime]) -> None:
    async def shown(
        request: Request,
        complaint_id: UUID,
        refusal: Refusal | None = None,
        typed: Typed | None = None,
        revealed: Mapping[str, str] | None = None,
    ) -> Response:
        asking = Asking(services, request)
        found, departments, channels = await asyncio.gather(
            asking.get("supervision", f"{PATH}/{complaint_id}"),
            names.departments(),
            _channels(asking, View.of(request).language),
        )
        people = await people_of(services, request, found["department"])
        session = carried(request.scope)
        return page(
            request,
            "complaint.html",
            status=refusal.status if refusal else 200,
            headers={"Cache-Control": "no-store"},
            complaint=found,
            people=people,
            departments=departments,
            channels=channels,
            may_look=session is not None and Role.SUPERVISOR in session.roles,
            revealed=revealed,
            means=MEANS,
            latest=now().astimezone(CHINA).strftime("%Y-%m-%dT%H:%M"),
            once=new_key(),
            typed=typed or Typed(),
            wrong=wrong(refusal, View.of(request).language) if refusal else None,
        )

    @routes.get("/complaints/{complaint_id}")
    async def one(request: Request, complaint_id: UUID) -> Response:
        """One complaint: its task, its limit, what came of it, and who looked."""
        return await shown(request, complaint_id)

    @routes.post("/complaints/{complaint_id}/reveal")
    async def revealed(request: Request, complaint_id: UUID, typed: Filled) -> Response:
        """Who complained, on this answer alone."""
        path, reason = f"{PATH}/{complaint_id}:reveal", {"reason": typed.text("reason")}
        try:
            told = await Asking(services, request).post("supervision", path, reason)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await shown(request, complaint_id, refusal, typed)
        return await shown(request, complaint_id, revealed=told)

    _add_telling(routes, services, shown)


def _add_telling(routes: APIRouter, services: Services, shown: Callable[..., Awaitable[Response]]) -> None:
    @routes.post("/complaints/{complaint_id}/tell")
    async def told(request: Request, complaint_id: UUID, typed: Filled) -> Response:
        """That whoever complained was told."""
        moment = typed.text("told_at")
        body = {"means": typed.text("means"), "told_at": f"{moment}+08:00" if moment else ""}
        try:
            await Asking(services, request).post("supervision", f"{PATH}/{complaint_id}:tell", body, typed.once)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            refused: Response = await shown(request, complaint_id, refusal, typed)
            return refused
        return RedirectResponse(f"/complaints/{complaint_id}#answer", _SEE_OTHER)


def body_of(typed: Typed) -> dict[str, Any]:
    """A complaint as supervision takes it; what is left empty is not said. The clock of the form is that of China."""
    body: dict[str, Any] = {
        name: typed.text(name) for name in (*_PLAIN, "channel", "complaint_no", "id_no", "department")
    }
    body["source_system"], _, body["object_no"] = typed.text("object").partition(":")
    moment = typed.text("received_at")
    body["received_at"] = f"{moment}+08:00" if moment else ""
    said_of_it = {name: value for name, value in body.items() if value}
    return said_of_it | {"reply_wanted": typed.text("reply_wanted") == YES}


async def _objects(asking: Asking, id_no: str) -> list[dict[str, Any]]:
    told = await asking.get("supervision", "/api/v1/objects", id_type=IdType.USCC, id_no=id_no, limit=_OBJECTS)
    items: list[dict[str, Any]] = told["items"]
    return items


async def _channels(asking: Asking, language: str) -> dict[str, str]:
    """Code → what the channel is called."""
    told = await asking.get("supervision", "/api/v1/complaint-channels")
    return {each["code"]: each["en" if language == "en" else "zh"] for each in told["items"]}
