"""Papers (检查文书): the forms of an inspection as PDF, filled in with what the services answer to who asks."""

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from console.forms import Facts, FormKind, Officer, filled, printed
from console.web.downloads import handed_over
from console.web.names import Names
from console.web.services import Asking
from console.web.site_visits import site_visit_of
from console.web.tasks import PATH, Desk
from kernel.clock import china_day


def router(desk: Desk, names: Names) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/tasks/{task_id}/papers/{kind}")
    async def paper(request: Request, task_id: UUID, kind: FormKind) -> Response:
        """One paper. Refuses ``form-needs-visit``, ``form-needs-findings`` (409) when it would say nothing."""
        facts = await facts_of(desk, names, request, task_id)
        made = await asyncio.to_thread(lambda: printed(filled(kind, facts), china_day(desk.now())))
        name = f"{kind.heading}-{facts.of('object_name')}.pdf"
        archival = {"X-Archival": "PDF/A-2b" if made.archival else "no"}
        return handed_over(made.pdf, name, "application/pdf", shown=True, headers=archival)

    return routes


async def facts_of(desk: Desk, names: Names, request: Request, task_id: UUID) -> Facts:
    """What the papers of a task are filled in with."""
    asking = Asking(desk.services, request)
    task = await desk.task(request, task_id)
    visit, colleagues, departments, drawings = await asyncio.gather(
        site_visit_of(asking, task),
        desk.colleagues(asking, task["department"]),
        names.departments(),
        _drawings(asking, task),
    )
    counts = {}
    if visit:
        asked = {"id_type": task["id_type"], "id_no": task["id_no"]}
        counts = await asking.get("supervision", "/api/v1/visit-counts", **asked)
    known = {each["code"]: each for each in colleagues}
    crew = (task.get("inspection") or {}).get("inspectors") or visit.get("officers") or task["crew"]
    return Facts(
        department=departments.get(task["department"], task["department"]),
        task=task,
        visit=visit,
        officers=[_officer(code, known.get(code, {})) for code in crew],
        counts=counts,
        drawings=drawings,
    )


async def _drawings(asking: Asking, task: dict[str, Any]) -> dict[str, bytes]:
    """The pictures of the signatures by their SHA-256, as they were sent."""
    signed = {each["evidence"] for each in task["signatures"] if each["evidence"]}
    files = {each["sha256"]: each["evidence_id"] for each in task["evidence"] if each["sha256"] in signed}
    path = f"{PATH}/{task['task_id']}/evidence"
    answers = await asyncio.gather(*(asking.file("supervision", f"{path}/{file}/content") for file in files.values()))
    return {digest: answer.content for digest, answer in zip(files, answers, strict=True)}


def _officer(code: str, known: dict[str, Any]) -> Officer:
    return Officer(code, known.get("name") or "", known.get("certificate_no") or "")
