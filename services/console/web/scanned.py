"""What a scanned code shows (扫码入企): who comes, why, under which law, and what the enterprise may do. No login.

The code in the address is all that is asked for; the page is kept nowhere, and a code that is past or invented has one answer.
"""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, refused_form
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.view import View
from kernel.refusal import Fault, Refusal, malformed

_PATH = "/api/v1/public/visits"
_SEE_OTHER = 303
STARS = range(5, 0, -1)
Code = Annotated[str, Path(max_length=64)]


def router(services: Services) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/visits/{code}")
    async def shown(request: Request, code: Code) -> Response:
        """What the code stands for."""
        return await _shown(services, request, code)

    @routes.post("/visits/{code}/{act}")
    async def done(request: Request, code: Code, act: str, typed: Filled) -> Response:
        """Record that the code was shown, ask an officer to stand aside, or rate the visit."""
        if act not in _ACTS:
            raise _no_such_act()
        try:
            body = _ACTS[act](typed)
            await Asking(services, request).post("supervision", f"{_PATH}/{part(code)}:{act}", body)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(services, request, code, refusal, typed)
        if act == "rate":  # nobody is told whose rating it is, so the page alone says that it was taken
            return await _shown(services, request, code, rated=True)
        return RedirectResponse(f"/visits/{part(code)}#{act}", _SEE_OTHER)

    return routes


async def _shown(
    services: Services,
    request: Request,
    code: str,
    refusal: Refusal | None = None,
    typed: Typed | None = None,
    *,
    rated: bool = False,
) -> Response:
    visit: dict[str, Any] = await Asking(services, request).get("supervision", f"{_PATH}/{part(code)}")
    return page(
        request,
        "scanned.html",
        status=refusal.status if refusal else 200,
        headers={"Cache-Control": "no-store"},
        visit=visit,
        code=code,
        stars=STARS,
        rated=rated,
        typed=typed or Typed(),
        wrong=wrong(refusal, View.of(request).language) if refusal else None,
    )


def _recusal(typed: Typed) -> dict[str, Any]:
    chosen = typed.text("officer")
    if not (chosen.isascii() and chosen.isdigit()):
        zh, en = "请选择要求回避的执法人员", "choose the officer who is to stand aside"
        raise malformed([Fault(pointer="/officer", zh=zh, en=en)])
    return {"officer": int(chosen), "reason": typed.text("reason")}


def _rating(typed: Typed) -> dict[str, Any]:
    chosen = typed.text("stars")
    if chosen not in {str(each) for each in STARS}:
        zh, en = "请选择一至五星", "choose one to five stars"
        raise malformed([Fault(pointer="/stars", zh=zh, en=en)])
    return {"stars": int(chosen), "note": typed.text("note")}


_ACTS: dict[str, Callable[[Typed], dict[str, Any]]] = {"scan": lambda _: {}, "rate": _rating, "recuse": _recusal}
"""What can be done with a code, and what is sent for it."""


def _no_such_act() -> Refusal:
    zh, en = "没有这个动作；请使用页面上的按钮", "There is no such step; use the buttons of the page"
    return Refusal(code="not-found", zh=zh, en=en, status=404)
