"""Draws in public (双随机公示): announcements before, receipts after, the script that checks them; no natural person named."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse

from chassis.pages import Asked, Page, PageAsked, Reading, page
from supervision import queries
from supervision.api.draws import ONE, add_reading, known

_SCRIPT = Path(__file__).parents[1] / "cli" / "verify_draw.py"


def router(reading: Reading, page_limit: int) -> APIRouter:
    """The public routes; the script stands before the draws."""
    routes = APIRouter(prefix="/public")

    @routes.get(
        "/draws/script", summary="核对收据的脚本 / the script that checks receipts", response_class=FileResponse
    )
    async def script() -> FileResponse:
        """Python, nothing but its standard library; its SHA-256 stands in every announcement."""
        return FileResponse(_SCRIPT, media_type="text/x-python", filename=_SCRIPT.name)

    add_reading(routes, reading, page_limit)

    @routes.get(ONE + "/objects", summary="抽中对象 / objects drawn")
    async def objects(draw_no: Asked, asked: Annotated[PageAsked, Query()]) -> Page:
        """Organisations by name and code; of natural persons a masked name and nothing else."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            await known(reading, draw_no)
            items = await queries.drawn_publicly(connection, draw_no, asked.after(tuple[str, str]), limit + 1)
        return page(items, ["source_system", "object_no"], limit)

    return routes
