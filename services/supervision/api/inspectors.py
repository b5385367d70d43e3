"""Inspectors over HTTP (执法人员接口)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.ndjson import batch_response, decoded
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal
from supervision import handlers, queries
from supervision.domain import certificate
from supervision.domain.inspector import ChangeService, Inspector
from supervision.handlers import RegisterReceipt
from supervision.ports import StoredWork


class InspectorDocument(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the inspectors' batch (执法人员)."""

    code: str
    name: str
    department: str
    certificate_no: str = ""
    certificate_from: date | None = None
    certificate_to: date | None = None
    matters: tuple[str, ...] = ()


class LeaveForm(BaseModel):
    """离岗."""

    model_config = ConfigDict(extra="forbid")

    left_on: date


class InspectorsAsked(PageAsked):
    """Which inspectors (执法人员查询)."""

    department: Asked | None = None
    q: Asked = Field("", description="编码或姓名的一部分 / parts of code or name")


_decoder = msgspec.json.Decoder(InspectorDocument)


def decode_inspector(line: bytes) -> Inspector:
    """A line of the batch. Refuses ``invalid-content``."""
    said = decoded(_decoder, line)
    held = certificate.stated(said.certificate_no, said.certificate_from, said.certificate_to)
    return Inspector(
        code=said.code,
        name=said.name,
        department=said.department,
        certificate=held,
        matters=tuple(sorted(set(said.matters))),
    )


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of inspectors."""
    routes = APIRouter()

    @routes.post("/inspectors:batch", summary="登记执法人员 / NDJSON, one answer per line")
    async def register(request: Request) -> StreamingResponse:
        """Register inspectors or renew name, department and certificate: 201 new, 200 known."""

        async def run(commands: Sequence[Inspector]) -> list[RegisterReceipt | Refusal]:
            return await unit.run_each(handlers.register_inspector, commands)

        return batch_response(request, decode_inspector, run, _answer)

    @routes.get("/inspectors", summary="执法人员 / inspectors")
    async def inspectors(asked: Annotated[InspectorsAsked, Query()]) -> Page:
        """Inspectors in the order of their codes."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            items = await queries.inspectors(connection, asked.department, asked.after(str), limit + 1, asked.q)
        return page(items, ["code"], limit)

    @routes.post("/inspectors/{code}:leave", summary="离岗 / an inspector leaves")
    async def left(code: Asked, form: LeaveForm) -> dict[str, Any]:
        """From ``left_on`` on the inspector claims and inspects no more; the open tasks stay theirs until handed over."""
        return _shown(await unit.run(handlers.change_service, ChangeService(code=code, left_on=form.left_on)))

    @routes.post("/inspectors/{code}:rejoin", summary="返岗 / an inspector is back")
    async def back(code: Asked) -> dict[str, Any]:
        """The inspector is in service again."""
        return _shown(await unit.run(handlers.change_service, ChangeService(code=code, left_on=None)))

    return routes


def _answer(receipt: RegisterReceipt) -> tuple[int, dict[str, Any]]:
    return 201 if receipt.created else 200, {"code": receipt.code, "duplicate": receipt.duplicate}


def _shown(officer: Inspector) -> dict[str, Any]:
    held = officer.certificate
    return {
        "code": officer.code,
        "name": officer.name,
        "department": officer.department,
        "certificate_no": held.no if held else "",
        "certificate_from": held.valid_from if held else None,
        "certificate_to": held.valid_to if held else None,
        "left_on": officer.left_on,
        "matters": officer.matters,
    }
