"""Publicity (公示查询): what may be shown of an organisation today. Nobody has to sign in, and nobody is followed.

Natural persons are not asked for here: their numbers belong in no address.
"""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from console.web.names import Names
from console.web.rendering import page, wrong
from console.web.services import Asking, Services, part
from console.web.view import View
from kernel.refusal import Refusal

_PATH = "/api/v1/public/subjects"
_CODE = re.compile(r"[0-9A-Za-z -]{15,24}")
"""What looks like a 统一社会信用代码, blanks and hyphens allowed."""
_UNKNOWN = "no-public-record"


def router(services: Services, names: Names) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/public")
    async def shown(request: Request, q: Annotated[str, Query(max_length=200)] = "") -> Response:
        """The search, and what it found."""
        asked, refusal = q.strip(), None
        found: dict[str, Any] = {"items": []}
        try:
            found = await _found(Asking(services, request), asked) if asked else found
        except Refusal as refused:
            if refused.code != _UNKNOWN:
                refusal = refused
        told = wrong(refusal, View.of(request).language) if refusal else None
        return page(
            request,
            "public.html",
            status=refusal.status if refusal else 200,
            asked=asked,
            found=found,
            departments=await names.departments(),
            wrong=told,
        )

    return routes


async def _found(asking: Asking, asked: str) -> dict[str, Any]:
    if _CODE.fullmatch(asked):
        one: dict[str, Any] = await asking.get("credit", f"{_PATH}/{part(asked)}")
        return one | {"items": [one], "more": False}
    told: dict[str, Any] = await asking.get("credit", _PATH, name=asked)
    return told
