"""The inspection (现场检查): checklist, photos, signatures and result on one page, made for a phone at the door of a shop.

What is filled in is kept in the browser until it is recorded (``draft.js``, ``visit-worker.js``): the network may be away.
The number of the inspection stays with the draft, so that what is sent twice is recorded once.
"""

import asyncio
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from console.web.forms import Filled, Typed, refused_form
from console.web.rendering import page, wrong
from console.web.services import Asking
from console.web.session import carried
from console.web.signing import SIGNERS, Drawn, signatures
from console.web.static_files import FOLDER
from console.web.tasks import PATH, Desk
from console.web.view import View
from kernel.clock import china_day
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.refusal import Fault, Refusal, malformed

PHOTOS = r"/tasks/[^/]+/evidence"
"""Where bodies are photos, for the limit of bodies."""
_SEE_OTHER = 303
_PICTURES = {"image/jpeg", "image/png"}
_FEWEST = 2
_WORKER = FOLDER / "visit-worker.js"


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter()
    _add_report(routes, desk)
    _add_photos(routes, desk)

    @routes.get("/visit-worker.js")
    async def worker() -> Response:
        """The script that opens the page without a network; at the root, for a worker reaches no higher than it lies."""
        headers = {"Content-Security-Policy": "default-src 'none'; connect-src 'self'", "Cache-Control": "no-cache"}
        return Response(_WORKER.read_bytes(), media_type="text/javascript", headers=headers)

    return routes


def _add_report(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/tasks/{task_id}/visit")
    async def asked(request: Request, task_id: UUID) -> Response:
        """The form."""
        return await _form(desk, request, task_id)

    @routes.post("/tasks/{task_id}/visit")
    async def reported(request: Request, task_id: UUID, typed: Filled) -> Response:
        """Record the inspection and who signed it; passed, it closes the task. Sent again, it is recorded once."""
        try:
            body, session = report_of(typed), carried(request.scope)
            signed = signatures(typed, session.person if session else "")
            await _record(Asking(desk.services, request), str(task_id), body, signed)
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _form(desk, request, task_id, refusal, typed)
        return RedirectResponse(f"/tasks/{task_id}", _SEE_OTHER)


async def _record(asking: Asking, task_id: str, report: dict[str, Any], signed: list[Drawn]) -> None:
    """Pictures first, for a closed task takes none; then the inspection; then the signatures, which name both."""
    number = report["inspection_no"]
    pictures = [(f"{number}-{each.role}.png", each.picture, "image/png") for each in signed if each.picture]
    await _add_evidence(asking, task_id, pictures)
    await asking.post("supervision", f"{PATH}/{task_id}:inspect", report)
    for each in signed:
        await asking.post("supervision", f"{PATH}/{task_id}/signatures", each.body(number), f"{number}-{each.role}")


async def _add_evidence(asking: Asking, task_id: str, files: list[tuple[str, bytes, str]], note: str = "") -> None:
    """Add files (name, content, type) as evidence; one the task has already is not added again."""
    told = await asking.get("supervision", f"{PATH}/{task_id}/evidence", limit="200")
    known = {each["sha256"] for each in told["items"]}
    for name, content, kind in files:
        digest = sha256(content).hexdigest()
        if digest not in known:
            await asking.send("supervision", f"{PATH}/{task_id}/evidence", content, kind, name=name, note=note)
            known.add(digest)


def _add_photos(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/tasks/{task_id}/evidence")
    async def added(request: Request, task_id: UUID, typed: Filled) -> Response:
        """Add photos; each is kept as it came, for ever."""
        asking = Asking(desk.services, request)
        try:
            pictures = typed.files("photos")
            if not pictures:
                raise _no_photo()
            files = [((each.filename or "")[:200], await each.read(), each.content_type or "") for each in pictures]
            await _add_evidence(asking, str(task_id), files, typed.text("note"))
        except Refusal as refusal:
            if not refused_form(refusal):
                raise
            return await _form(desk, request, task_id, refusal, typed)
        return RedirectResponse(f"/tasks/{task_id}/visit#photos", _SEE_OTHER)

    @routes.get("/tasks/{task_id}/evidence/{evidence_id}")
    async def shown(request: Request, task_id: UUID, evidence_id: UUID) -> Response:
        """A photo as it was sent."""
        path = f"{PATH}/{task_id}/evidence/{evidence_id}/content"
        found = await Asking(desk.services, request).file("supervision", path)
        kind = found.headers["content-type"]
        kept = {name: found.headers[name] for name in ("etag", "cache-control") if name in found.headers}
        if kind not in _PICTURES:  # nothing else is shown inside the browser
            kept["content-disposition"] = found.headers.get("content-disposition", "attachment")
        return Response(found.content, media_type=kind, headers=kept)


async def _form(
    desk: Desk, request: Request, task_id: UUID, refusal: Refusal | None = None, typed: Typed | None = None
) -> Response:
    asking = Asking(desk.services, request)
    task = await desk.task(request, task_id)
    reason, colleagues = await asyncio.gather(
        desk.catalogues.reason(asking, task), desk.colleagues(asking, task["department"])
    )
    session = carried(request.scope)
    told = wrong(refusal, View.of(request).language) if refusal else None
    today = china_day(desk.now())
    kept = typed or Typed()
    return page(
        request,
        "visit.html",
        status=refusal.status if refusal else 200,
        task=task,
        reason=reason,
        colleagues=colleagues,
        present=kept.texts("inspectors") or list(task["crew"]) or [session.person if session else ""],
        today=today,
        number=kept.text("inspection_no") or number_of(today),
        results=list(InspectionResult),
        answers=list(LineResult),
        severities=list(Severity),
        signers=SIGNERS,
        typed=kept,
        wrong=told,
        faulty=lines_at_fault(refusal, kept),
        pictures=_PICTURES,
    )


def number_of(day: date) -> str:
    """A number for an inspection nobody has numbered yet: the day and eight digits by chance."""
    return f"JC{day:%Y%m%d}-{uuid4().hex[:8].upper()}"


def report_of(typed: Typed) -> dict[str, Any]:
    """What was filled in as supervision takes it. Refuses ``invalid-content`` where an answer is missing."""
    codes = typed.texts("line")
    faults = [
        Fault(pointer=f"/lines/{at}/result", zh="请选择检查项的结果", en="choose the result of the line")
        for at, code in enumerate(codes)
        if not typed.text(f"result:{code}")
    ]
    if len(typed.texts("inspectors")) < _FEWEST:
        zh, en = "现场检查不得少于两名执法人员", "an inspection takes two officers or more"
        faults.append(Fault(pointer="/inspectors", zh=zh, en=en))
    if not typed.text("result"):
        faults.append(Fault(pointer="/result", zh="请选择检查结论", en="choose the outcome"))
    if faults:
        raise malformed(faults)
    failed = [code for code in codes if typed.text(f"result:{code}") == LineResult.FAIL]
    return {
        "inspection_no": typed.text("inspection_no"),
        "inspected_on": typed.text("inspected_on"),
        "inspectors": typed.texts("inspectors"),
        "result": typed.text("result"),
        "lines": [{"code": code, "result": typed.text(f"result:{code}")} for code in codes],
        "findings": [
            {
                "line_code": code,
                "severity": typed.text(f"severity:{code}", Severity.MINOR),
                "note": typed.text(f"note:{code}"),
            }
            for code in failed
        ],
    }


def lines_at_fault(refusal: Refusal | None, typed: Typed) -> set[str]:
    """The lines of the checklist a refusal points at."""
    codes = typed.texts("line")
    places = [fault.pointer.split("/") for fault in (refusal.faults if refusal else ())]
    found = [int(place[2]) for place in places if place[1:2] == ["lines"] and place[2:3] and place[2].isdigit()]
    return {codes[at] for at in found if at < len(codes)}


def _no_photo() -> Refusal:
    return malformed([Fault(pointer="/photos", zh="请选择照片后再上传", en="choose a photo before you send it")])
