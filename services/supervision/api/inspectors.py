"""Inspectors over HTTP (执法人员接口)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from chassis.ndjson import batch_response, decoded
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal
from supervision import handlers, queries
from supervision.api.pages import Asked, Page, PageAsked, Reading, page
from supervision.domain.inspector import Inspector
from supervision.handlers import RegisterReceipt
from supervision.ports import StoredWork


class InspectorDocument(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the inspectors' batch (执法人员)."""

    code: str
    name: str
    department: str


class InspectorsAsked(PageAsked):
    """Which inspectors (执法人员查询)."""

    department: Asked | None = None


_decoder = msgspec.json.Decoder(InspectorDocument)


def decode_inspector(line: bytes) -> Inspector:
    """A line of the batch. Refuses ``invalid-content``."""
    said = decoded(_decoder, line)
    return Inspector(code=said.code, name=said.name, department=said.department)


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of inspectors."""
    routes = APIRouter()

    @routes.post("/inspectors:batch", summary="登记执法人员 / NDJSON, one answer per line")
    async def register(request: Request) -> StreamingResponse:
        """Register inspectors or renew their name and department: 201 new, 200 known."""

        async def run(commands: Sequence[Inspector]) -> list[RegisterReceipt | Refusal]:
            return await unit.run_each(handlers.register_inspector, commands)

        return batch_response(request, decode_inspector, run, _answer)

    @routes.get("/inspectors", summary="执法人员 / inspectors")
    async def inspectors(asked: Annotated[InspectorsAsked, Query()]) -> Page:
        """Inspectors in the order of their codes."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            items = await queries.inspectors(connection, asked.department, asked.after(str), limit + 1)
        return page(items, ["code"], limit)

    return routes


def _answer(receipt: RegisterReceipt) -> tuple[int, dict[str, Any]]:
    return 201 if receipt.created else 200, {"code": receipt.code, "duplicate": receipt.duplicate}
