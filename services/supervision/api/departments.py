"""Departments over HTTP (部门接口): read only, the approver keeps the directory."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.pages import Page, PageAsked, Reading, page
from supervision import queries


def router(reading: Reading, page_limit: int) -> APIRouter:
    """The routes of departments."""
    routes = APIRouter()

    @routes.get("/departments", summary="部门 / departments")
    async def departments(asked: Annotated[PageAsked, Query()]) -> Page:
        """Departments as the approver last told them, in the order of their codes."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            items = await queries.departments(connection, asked.after(str), limit + 1)
        return page(items, ["code"], limit)

    return routes
