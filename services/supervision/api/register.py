"""Objects, decisions and grades over HTTP (对象名录、决定、信用等级接口): read only, they come from events alone."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.problems import not_found
from kernel.risk import RiskClass
from supervision import queries
from supervision.domain.decision import Outcome


class ObjectsAsked(PageAsked):
    """Which objects (对象查询); ``provisional``: known from inspections alone."""

    source_system: Asked | None = None
    id_type: Asked | None = None
    id_no: Asked | None = None
    provisional: bool | None = None
    risk_class: RiskClass | None = None


class DecisionsAsked(PageAsked):
    """Which decisions (决定查询)."""

    outcome: Outcome | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None


def router(reading: Reading, page_limit: int) -> APIRouter:
    """The routes of the register."""
    routes = APIRouter()

    @routes.get("/objects", summary="监管对象 / objects")
    async def objects(asked: Annotated[ObjectsAsked, Query()]) -> Page:
        """The register in the order of its numbers."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.objects(connection, which, asked.after(tuple[str, str]), limit + 1)
        return page(items, ["source_system", "object_no"], limit)

    @routes.get("/objects/{source_system}/{object_no:path}", summary="对象详情 / one object")
    async def one_object(source_system: Asked, object_no: Asked) -> dict[str, Any]:
        """One entry of the register, with what its risk class rests on (``…/risk`` says more)."""
        which = {"source_system": source_system, "object_no": object_no}
        async with reading() as connection:
            found = await queries.objects(connection, which, None, 1)
            risk = await queries.risk_of(connection, **which)
        if not found:
            raise not_found(f"监管对象 {source_system}:{object_no}", f"object {source_system}:{object_no}")
        return found[0] | {"risk": risk}

    @routes.get("/decisions", summary="已处理的决定 / applied decisions")
    async def decisions(asked: Annotated[DecisionsAsked, Query()]) -> Page:
        """Applied decisions; ``outcome=UNMATCHED`` lists what no link was in force for."""
        limit, which = asked.within(page_limit), asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.decisions(connection, which, asked.after(tuple[str, str, int]), limit + 1)
        return page(items, ["source_system", "case_id", "revision"], limit)

    @routes.get("/grades/{id_type}/{id_no:path}", summary="信用等级 / grade of a subject")
    async def grade(id_type: Asked, id_no: Asked) -> dict[str, Any]:
        """What credit last said of a subject; for a natural person ``id_no`` is the reference, never the number."""
        async with reading() as connection:
            found = await queries.grade(connection, id_type, id_no)
        if found is None:
            raise not_found(f"主体 {id_type}:{id_no} 的信用等级", f"grade of subject {id_type}:{id_no}")
        return found

    return routes
