"""An enterprise's own business over HTTP (企业接口): its visits, what it has to put right, its report with pictures.

The access table lets an enterprise ask for its own number alone; nobody else comes this way.
"""

from tempfile import SpooledTemporaryFile
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from chassis.pages import Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from supervision import handlers
from supervision.api.evidence import BODIES, PIECE, Spool
from supervision.domain.enterprise import AddOwnEvidence, ReportOwn
from supervision.ports import StoredWork
from supervision.queries import enterprise as queries

UPLOAD_PATH = r"/api/v1/enterprises/[^/]+/[^/]+/rectifications/[^/]+/evidence"
"""Where bodies are files, for the limit of bodies."""


class OwnReportForm(BaseModel):
    """整改报告."""

    model_config = ConfigDict(extra="forbid")

    report: str


class PictureSaid(BaseModel):
    """What is said of a file (证据说明)."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    note: str = ""


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of an enterprise's own business."""
    routes = APIRouter(prefix="/enterprises/{id_type}/{id_no}")

    @routes.get("/visits", summary="本企业的入企检查 / visits of the enterprise")
    async def visits(id_type: str, id_no: str, asked: Annotated[PageAsked, Query()]) -> Page:
        """Announced and past, the newest first, with the code that opens the public page of each."""
        limit, before = asked.within(page_limit), asked.after(UUID)
        async with reading() as connection:
            items = await queries.visits_of(connection, id_type, id_no, str(before) if before else None, limit + 1)
        return page(items, ["visit_no"], limit)

    @routes.get("/rectifications", summary="本企业的整改 / what the enterprise has to put right")
    async def rectifications(id_type: str, id_no: str, asked: Annotated[PageAsked, Query()]) -> Page:
        """Open ones, with every round: what is demanded, until when, what was reported and found."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        async with reading() as connection:
            items = await queries.rectifications_of(
                connection, id_type, id_no, str(after) if after else None, limit + 1
            )
        return page(items, ["task_id"], limit)

    @routes.post("/rectifications/{task_id}:report", summary="企业报告整改 / the enterprise reports it done")
    async def reported(id_type: str, id_no: str, task_id: UUID, form: OwnReportForm) -> dict[str, Any]:
        """The officer who has the task is told; whether it is put right, the officers look."""
        command = ReportOwn(task_id=str(task_id), id_type=id_type, id_no=id_no, report=form.report)
        task = await unit.run(handlers.report_own, command)
        return {"task_id": task.task_id, "round": len(task.rounds), "reported_at": task.rounds[-1].reported_at}

    @routes.post(
        "/rectifications/{task_id}/evidence",
        status_code=201,
        summary="企业提交整改证据 / the enterprise adds a picture",
        openapi_extra={"requestBody": {"required": True, "content": BODIES}},
    )
    async def added(
        id_type: str, id_no: str, task_id: UUID, said: Annotated[PictureSaid, Query()], request: Request
    ) -> dict[str, Any]:
        """Kept as it came, for ever, as that of the enterprise."""
        with SpooledTemporaryFile[bytes](max_size=PIECE) as file:
            spool = Spool(file)
            kind = await spool.take(request)
            command = AddOwnEvidence(
                task_id=str(task_id),
                id_type=id_type,
                id_no=id_no,
                content=spool,
                sha256=spool.sha256,
                size=spool.size,
                media_type=kind,
                **said.model_dump(),
            )
            return vars(await unit.run(handlers.add_own_evidence, command))

    return routes
