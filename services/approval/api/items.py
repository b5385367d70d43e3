"""Items (审批事项) over HTTP: the directory of what may be decided."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from approval import handlers, queries
from approval.api.bodies import decode_item
from approval.api.paging import Code, Cursor, Limit, Page, Reading, opened, page
from approval.domain.commands import ListItem
from approval.ports import StoredWork
from chassis.ndjson import batch_response
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal

_CREATED, _AGAIN = 201, 200
_Answer = tuple[str, bool]


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of items on ``routes``."""

    @routes.post("/items:batch", tags=["事项 items"], summary="登记事项 NDJSON / list items, one per line")
    async def list_many(request: Request) -> StreamingResponse:
        """201 for an item new to the directory, 200 for a known one, which is replaced."""

        async def run(commands: Sequence[ListItem]) -> Sequence[_Answer | Refusal]:
            answers = await unit.run_each(handlers.list_item, commands)
            codes = [command.item.item_code for command in commands]
            return [a if isinstance(a, Refusal) else (c, a) for c, a in zip(codes, answers, strict=True)]

        return batch_response(request, decode_item, run, _line)

    @routes.get("/items", tags=["事项 items"], summary="事项目录 / the item directory")
    async def directory(cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Items in the order of their codes."""
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.items(connection, after, limit + 1)
        return page(found, [row["item_code"] for row in found], limit)


def _line(answer: _Answer) -> tuple[int, dict[str, Any]]:
    item_code, created = answer
    return _CREATED if created else _AGAIN, {"item_code": item_code, "duplicate": not created}
