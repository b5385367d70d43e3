"""Receipts (回执) of what an enterprise sent: what, when, to whom, until when it is answered; made to be printed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from console.web import clocks
from console.web.enterprise import own_path, signed_in
from console.web.rendering import page
from console.web.services import Asking, Services
from kernel.refusal import Refusal

_MOST = "50"
_OF_CREDIT = {"repairs", "objections"}


def router(services: Services, now: Callable[[], datetime]) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/enterprise/receipts/{procedure}/{identifier}")
    async def receipt(request: Request, procedure: str, identifier: UUID) -> Response:
        """One receipt; what is not the enterprise's own, the services refuse."""
        number = signed_in(request).person
        told = await _received(Asking(services, request), number, procedure, identifier, now())
        return page(request, "receipt.html", number=number, printed_at=now(), **told)

    return routes


async def _received(asking: Asking, number: str, procedure: str, identifier: UUID, now: datetime) -> dict[str, Any]:
    """One thing the enterprise sent. Refuses ``not-found`` (404), and what the services refuse of somebody else's."""
    if procedure == "rectifications":
        told = await asking.get("supervision", f"{own_path(number)}/rectifications", limit=_MOST)
        task = next((each for each in told["items"] if each["task_id"] == str(identifier)), None)
        if task is None or not task["rounds"][-1]["reported_at"]:
            raise _no_such_receipt()
        last = task["rounds"][-1]
        about = {"received_at": last["reported_at"], "said": [last["report"]], "due": [], "until": last["due_on"]}
        return about | {
            "kind": "report",
            "to": task["department_name"] or task["department"],
            "record": None,
            "task": task,
        }
    if procedure not in _OF_CREDIT:
        raise _no_such_receipt()
    found = await asking.get("credit", f"/api/v1/{procedure}/{identifier}")
    record = await asking.get("credit", f"/api/v1/records/{found['record_id']}")
    said = [*found["proof"], found["commitment"]] if procedure == "repairs" else [found["reason"], *found["evidence"]]
    at = found["applied_at"] if procedure == "repairs" else found["lodged_at"]
    about = {"received_at": at, "said": [each for each in said if each], "due": clocks.running(found["deadlines"], now)}
    kind = "repair" if procedure == "repairs" else "objection"
    return about | {"kind": kind, "to": record["department"], "record": record, "task": None, "until": None}


def _no_such_receipt() -> Refusal:
    zh, en = "没有这份回执；整改复查之后回执不再显示", "There is no such receipt; once verified, a report has none"
    return Refusal(code="not-found", zh=zh, en=en, status=404)
