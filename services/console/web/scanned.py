"""What a scanned code shows (扫码入企): who comes, why, under which law, and what the enterprise may do. No login.

The code in the address is all that is asked for; the page is kept nowhere, and a code that is past or invented has one answer.
"""

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

    @routes.post("/visits/{code}/scan")
    async def scanned(request: Request, code: Code, typed: Filled) -> Response:
        """The officers showed the code: the first time counts."""
        try:
            await Asking(services, request).post("supervision", f"{_PATH}/{part(code)}:scan", {})
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(services, request, code, refusal, typed)
        return RedirectResponse(f"/visits/{part(code)}#scanned", _SEE_OTHER)

    @routes.post("/visits/{code}/rate")
    async def rated(request: Request, code: Code, typed: Filled) -> Response:
        """Rate the visit; nobody is told whose rating it is."""
        try:
            body = {"stars": _stars(typed), "note": typed.text("note")}
            await Asking(services, request).post("supervision", f"{_PATH}/{part(code)}:rate", body)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _shown(services, request, code, refusal, typed)
        return await _shown(services, request, code, rated=True)

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


def _stars(typed: Typed) -> int:
    chosen = typed.text("stars")
    if chosen not in {str(each) for each in STARS}:
        zh, en = "请选择一至五星", "choose one to five stars"
        raise malformed([Fault(pointer="/stars", zh=zh, en=en)])
    return int(chosen)
