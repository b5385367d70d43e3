"""Evidence over HTTP (证据接口): a file is sent as it is, kept for ever, and given back so that no browser guesses.

The body goes to a spool while its hash is made; the details of the record stand in the query.
"""

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import MayAct
from chassis.pages import Page, PageAsked, Reading, page
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from supervision import handlers, queries
from supervision.domain.evidence import HEAD, AddEvidence, MediaType, require_type
from supervision.domain.refusals import no_such_task
from supervision.ports import StoredWork

UPLOAD_PATH = r"/api/v1/tasks/[^/]+/evidence"
"""Where bodies are files, for the limit of bodies."""
PIECE = 1024 * 1024
"""Bytes of one piece of a stored content; also what an upload may take of the memory."""


class EvidenceSaid(BaseModel):
    """What is said of a file that is sent (证据说明)."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", description="文件名；缺省以散列命名 / file name; by its hash when left out")
    by: MayAct = Field(
        description="提交的执法人员编号；缺省为认领人 / the officer who adds it; else who has the task in hand"
    )
    note: str = Field("", description="说明 / note")
    line_code: str = Field("", description="检查项编码 / line of the checklist it shows")


class Spool:
    """A file on its way in (上传缓存); ports.Content once it is whole."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Hexadecimal hash of what came in so far."""
        return self._digest.hexdigest()

    async def take(self, request: Request) -> MediaType:
        """Take the whole body in. Refuses ``evidence-type`` as soon as its beginning is known."""
        said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        head, kind = b"", None
        async for piece in request.stream():
            if len(head) < HEAD:
                head += piece[:HEAD]
            if kind is None and len(head) >= HEAD:
                kind = require_type(said, head)
            self._digest.update(piece)
            self.size += len(piece)
            self._file.write(piece)
        return kind or require_type(said, head)

    def pieces(self) -> Iterator[bytes]:
        """The whole content."""
        self._file.seek(0)
        while piece := self._file.read(PIECE):
            yield piece


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of evidence."""
    routes = APIRouter()

    @routes.post(
        "/tasks/{task_id}/evidence",
        status_code=201,
        summary="提交证据 / add a file to an open task",
        openapi_extra={"requestBody": {"required": True, "content": BODIES}},
    )
    async def added(task_id: UUID, said: Annotated[EvidenceSaid, Query()], request: Request) -> dict[str, Any]:
        """Add a file: its bytes are the body, Content-Type says what it is. The same file again is a new record."""
        with SpooledTemporaryFile[bytes](max_size=PIECE) as file:
            spool = Spool(file)
            kind = await spool.take(request)
            command = AddEvidence(
                task_id=str(task_id),
                sha256=spool.sha256,
                size=spool.size,
                media_type=kind,
                content=spool,
                **said.model_dump(),
            )
            return vars(await unit.run(handlers.add_evidence, command))

    @routes.get("/tasks/{task_id}/evidence", summary="证据列表 / evidence of a task")
    async def listed(task_id: UUID, asked: Annotated[PageAsked, Query()]) -> Page:
        """The records of a task in the order they were added."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        async with reading() as connection:
            if not await queries.has_task(connection, str(task_id)):
                raise no_such_task(str(task_id))
            items = await queries.evidence_of(connection, str(task_id), str(after) if after else None, limit + 1)
        return page(items, ["evidence_id"], limit)

    @routes.get(
        "/tasks/{task_id}/evidence/{evidence_id}/content",
        summary="证据内容 / the file",
        response_class=StreamingResponse,
        responses={200: {"content": BODIES}, 304: {"description": "未变 / not modified"}},
    )
    async def content(task_id: UUID, evidence_id: UUID, request: Request) -> Response:
        """The file as it was sent; its hash is the ETag, so a copy never has to be fetched again."""
        async with reading() as connection:
            found = await queries.one_evidence(connection, str(task_id), str(evidence_id))
        if found is None:
            raise not_found(f"任务 {task_id} 的证据 {evidence_id}", f"evidence {evidence_id} of task {task_id}")
        headers = _headers(found)
        if _has(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers={name: headers[name] for name in ("ETag", "Cache-Control")})
        headers["Content-Length"] = str(found["size"])
        return StreamingResponse(_stored(reading, found["sha256"]), headers=headers, media_type=found["media_type"])

    return routes


async def _stored(reading: Reading, digest: str) -> AsyncIterator[bytes]:
    async with reading() as connection:
        async for piece in queries.evidence_content(connection, digest):
            yield piece


def _headers(found: dict[str, Any]) -> dict[str, str]:
    """Nothing is guessed, nothing runs, nobody in between keeps a copy."""
    return {
        "ETag": f'"{found["sha256"]}"',
        "Cache-Control": "private, max-age=31536000, immutable",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found['name'], safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _has(asked: str, etag: str) -> bool:
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in asked.split(","))


BODIES: dict[str, Any] = {kind.value: {"schema": {"type": "string", "format": "binary"}} for kind in MediaType}
