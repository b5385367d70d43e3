"""Matters over HTTP (抽查事项接口): registered in batches; the objects of each, and how many have which risk class."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from chassis.ndjson import batch_response, decoded
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal
from kernel.risk import RiskClass
from supervision import handlers, queries
from supervision.domain.plans import Matter, MatterCategory
from supervision.domain.plans.commands import AskMatter
from supervision.handlers import MatterReceipt
from supervision.ports import StoredWork


class MatterDocument(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the matters' batch (抽查事项)."""

    code: str
    name: str
    department: str
    category: MatterCategory = MatterCategory.GENERAL
    legal_basis: str = ""
    checklist: str = ""
    checklist_version: str = ""
    active: bool = True


class MattersAsked(PageAsked):
    """Which matters (抽查事项查询)."""

    department: Asked | None = None
    category: MatterCategory | None = None
    active: bool | None = None


class MatterObjectsAsked(PageAsked):
    """Which objects of a matter (对象名录查询)."""

    risk_class: RiskClass | None = None


_decoder = msgspec.json.Decoder(MatterDocument)


def decode_matter(line: bytes) -> Matter:
    """A line of the batch. Refuses ``invalid-content``."""
    return Matter(**msgspec.structs.asdict(decoded(_decoder, line)))


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of matters."""
    routes = APIRouter()

    @routes.post("/matters:batch", summary="登记抽查事项 / NDJSON, one answer per line")
    async def register(request: Request) -> StreamingResponse:
        """Register matters or renew them: 201 new, 200 known."""

        async def run(commands: Sequence[Matter]) -> list[MatterReceipt | Refusal]:
            return await unit.run_each(handlers.register_matter, commands)

        return batch_response(request, decode_matter, run, _answer)

    @routes.get("/matters", summary="抽查事项 / matters")
    async def matters(asked: Annotated[MattersAsked, Query()]) -> Page:
        """Matters in the order of their codes."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.matters(connection, which, asked.after(str), limit + 1)
        return page(items, ["code"], limit)

    @routes.get("/matters/{code}", summary="抽查事项与各等级对象数 / one matter, objects of each risk class")
    async def one_matter(code: Asked) -> dict[str, Any]:
        """The matter, the approval items that make an object its own today, and how many objects each class has."""
        matter, scope = await unit.run(handlers.scope_of_matter, AskMatter(code))
        async with reading() as connection:
            counts = await queries.class_counts(connection, scope)
        objects = {letter: count.objects for letter, count in counts.items()}
        return vars(matter) | {"items": sorted(scope.groups[0]), "objects": objects}

    @routes.get("/matters/{code}/objects", summary="双随机监管对象名录 / the objects of a matter")
    async def objects(code: Asked, asked: Annotated[MatterObjectsAsked, Query()]) -> Page:
        """Who holds such an item now, with risk class and the last day the matter's department checked them."""
        limit = asked.within(page_limit)
        matter, scope = await unit.run(handlers.scope_of_matter, AskMatter(code))
        after = asked.after(tuple[str, str])
        async with reading() as connection:
            items = await queries.listed_objects(
                connection, scope, [matter.department], asked.risk_class, after, limit + 1
            )
        return page(items, ["source_system", "object_no"], limit)

    return routes


def _answer(receipt: MatterReceipt) -> tuple[int, dict[str, Any]]:
    return 201 if receipt.created else 200, {"code": receipt.code, "duplicate": receipt.duplicate}
