"""Items (审批事项) over HTTP: the directory of what may be decided."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from approval import handlers, queries
from approval.api.bodies import decode_item
from approval.api.paging import Code, Cursor, Limit, Page, Reading, Words, opened, page
from approval.domain.commands import ListItem
from approval.domain.directory import EntryReceipt
from approval.ports import StoredWork
from chassis.ndjson import batch_response
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal

_CREATED, _AGAIN = 201, 200


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of items on ``routes``."""

    @routes.post("/items:batch", tags=["事项 items"], summary="登记事项 NDJSON / list items, one per line")
    async def list_many(request: Request) -> StreamingResponse:
        """201 for a new item, 200 for a known one, which is replaced; every change is told with its version."""

        async def run(commands: Sequence[ListItem]) -> Sequence[EntryReceipt | Refusal]:
            return await unit.run_each(handlers.list_item, commands)

        return batch_response(request, decode_item, run, _line)

    @routes.get("/items", tags=["事项 items"], summary="事项目录 / the item directory")
    async def directory(words: Words = "", cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Items in the order of their codes."""
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.items(connection, after, limit + 1, words)
        return page(found, [row["item_code"] for row in found], limit)


def _line(receipt: EntryReceipt) -> tuple[int, dict[str, Any]]:
    members = {"item_code": receipt.code, "version": receipt.version, "duplicate": receipt.duplicate}
    return _CREATED if receipt.created else _AGAIN, members
