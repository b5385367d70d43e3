"""Cases (审批办件) over HTTP: one by one, in batches, and what is registered."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from approval import handlers, queries
from approval.api.bodies import CaseBody, decode_case
from approval.api.paging import Cursor, Limit, Page, Place, Reading, opened, page
from approval.domain.case import Receipt
from approval.domain.commands import RegisterCase
from approval.domain.content import askable
from approval.ports import Identity, StoredWork
from chassis.ndjson import batch_response
from chassis.problems import not_found
from chassis.straight import Way
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Fault, Refusal, malformed

_CREATED, _AGAIN = 201, 200
_members = tuple(field.name for field in fields(Receipt))
_values = attrgetter(*_members)

Wanted = Annotated[str | None, Query(max_length=64)]


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, identity: Identity) -> None:
    """Put the routes of cases on ``routes``."""

    @routes.post("/cases", status_code=_CREATED, tags=["办件 cases"], summary="登记一个办件 / register one case")
    async def register_one(body: CaseBody, response: Response) -> dict[str, Any]:
        """201 for a new statement, 200 for the same content again."""
        status, members = receipt_line(await unit.run_together(handlers.register_case, body.command()))
        response.status_code = status
        return members

    @routes.post("/cases:batch", tags=["办件 cases"], summary="批量登记 NDJSON / register many, one per line")
    async def register_many(request: Request) -> StreamingResponse:
        """One answer per line in the same order; lines do not depend on each other's success."""

        async def run(commands: Sequence[RegisterCase]) -> Sequence[Receipt | Refusal]:
            return await unit.run_each(handlers.register_case, commands)

        return batch_response(request, decode_case, run, receipt_line)

    @routes.get("/cases", tags=["办件 cases"], summary="已登记的办件 / registered decisions, newest first")
    async def list_cases(
        source_system: Wanted = None,
        object_no: Wanted = None,
        item_code: Wanted = None,
        cursor: Cursor = "",
        limit: Limit = 50,
    ) -> Page:
        """Every revision is a row; persons are masked."""
        which = queries.CaseFilter(source_system=source_system, object_no=object_no, item_code=item_code)
        _must_be_askable(source_system=source_system, object_no=object_no, item_code=item_code)
        before = opened(cursor, Place)
        async with reading() as connection:
            found = await queries.cases(connection, identity, which, before, limit + 1)
        return page([case for _, case in found], [place for place, _ in found], limit)

    @routes.get("/cases/{source_system}/{case_id:path}", tags=["办件 cases"], summary="一个办件 / one case")
    async def one_case(source_system: str, case_id: str) -> dict[str, Any]:
        """The newest revision, and under ``earlier`` what it replaced."""
        _must_be_askable(source_system=source_system, case_id=case_id)
        async with reading() as connection:
            found = await queries.case_revisions(connection, identity, source_system, case_id)
        if not found:
            raise not_found("该办件，请核对来源系统与办件编号", "case; compare source system and case id")
        newest, *earlier = found
        return {**newest, "earlier": earlier}


def straight(unit: UnitOfWork[StoredWork]) -> Way:
    """The same as ``POST /cases`` for what fits at first reading; the route tells what does not."""

    async def register_one(body: bytes) -> tuple[int, dict[str, Any]] | None:
        try:
            command = decode_case(body)
        except Refusal as refusal:
            if refusal.faults:
                return None
            raise
        return receipt_line(await unit.run_together(handlers.register_case, command))

    return register_one


def receipt_line(receipt: Receipt) -> tuple[int, dict[str, Any]]:
    """Status and members of the answer to one statement."""
    return _AGAIN if receipt.duplicate else _CREATED, dict(zip(_members, _values(receipt), strict=True))


def _must_be_askable(**codes: str | None) -> None:
    zh, en = "含有控制字符或过长", "contains control characters or is too long"
    faults = [Fault(pointer=f"/{name}", zh=zh, en=en) for name, code in codes.items() if code and not askable(code)]
    if faults:
        raise malformed(faults)
