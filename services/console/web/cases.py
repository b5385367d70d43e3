"""Cases (办件), found in the read model, which every service's events feed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import PageAsked, Reading
from chassis.pages import page as cut
from console import queries
from console.web.rendering import page

_SHOWN = 30
Text = Annotated[str, Query(max_length=200)]


def router(reading: Reading) -> APIRouter:
    """The route."""
    routes = APIRouter()

    @routes.get("/cases")
    async def listed(
        request: Request,
        source: Text = "",
        number: Text = "",
        item: Text = "",
        holder: Text = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
        unmatched: bool = False,  # noqa: FBT001, FBT002 - a box on a form
    ) -> Response:
        """The newest decision first."""
        before = PageAsked(cursor=cursor, limit=_SHOWN).after(UUID)
        which = queries.CaseFilter(
            source_system=source.strip() or None,
            case_id=number.strip() or None,
            item_code=item.strip() or None,
            holder=holder.strip() or None,
            unmatched=True if unmatched else None,
        )
        async with reading() as connection:
            found = await queries.cases(connection, which, str(before) if before else None, _SHOWN + 1)
        shown = cut(found, ["place"], _SHOWN)
        asked = {"source": source, "number": number, "item": item, "holder": holder, "unmatched": unmatched}
        return page(request, "cases.html", cases=shown.items, following=shown.next, asked=asked)

    return routes
