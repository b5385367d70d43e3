"""Cases (办件) and their trace (全链路): from the read model, which every service's events feed."""

import json
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from chassis.pages import PageAsked, Reading
from chassis.pages import page as cut
from chassis.rows import Row
from console import queries
from console.web.keeping_up import KeepingUp, Since, again, unchanged
from console.web.names import Names
from console.web.rendering import page
from console.web.services import Asking, Services
from kernel.refusal import Refusal

_SHOWN = 30
Text = Annotated[str, Query(max_length=200)]


def router(reading: Reading, keeping_up: KeepingUp, services: Services, names: Names) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/cases")
    async def listed(
        request: Request,
        source: Text = "",
        item: Text = "",
        holder: Text = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
        unmatched: bool = False,  # noqa: FBT001, FBT002 - a box on a form
    ) -> Response:
        """The newest decision first."""
        before = PageAsked(cursor=cursor, limit=_SHOWN).after(UUID)
        which = queries.CaseFilter(
            source_system=source.strip() or None,
            item_code=item.strip() or None,
            id_no=holder.strip().upper() or None,
            unmatched=True if unmatched else None,
        )
        async with reading() as connection:
            found = await queries.cases(connection, which, str(before) if before else None, _SHOWN + 1)
        shown = cut(found, ["place"], _SHOWN)
        asked = {"source": source, "item": item, "holder": holder, "unmatched": unmatched}
        return page(request, "cases.html", cases=shown.items, following=shown.next, asked=asked)

    @routes.get("/cases/{source_system}/{case_id:path}")
    async def traced(request: Request, source_system: str, case_id: str, since: Since = "") -> Response:
        """One case, and everything that followed from it across the services."""

        async def looked() -> tuple[Row | None, list[Row]]:
            async with reading() as connection:
                found = await queries.one_case(connection, source_system, case_id)
                return found, await queries.trace_of_case(connection, source_system, case_id)

        seen = await keeping_up.changed(since, looked)
        if seen is None:
            return unchanged()
        (case, trace), mark = seen
        if case is None:
            raise _no_such_case(source_system, case_id)
        departments = await names.departments(Asking(services, request))
        lines = [each | {"body": _readable(each["payload"])} for each in trace]
        shown: dict[str, Any] = {"case": case, "trace": lines, "departments": departments}
        return page(request, "case.html", **shown, again=again(request, mark))

    return routes


def _readable(payload: dict[str, Any]) -> str:
    """The body of an event as it came, to be read; what is sealed in it stays sealed."""
    return json.dumps(payload, ensure_ascii=False, indent=2)


def _no_such_case(source_system: str, case_id: str) -> Refusal:
    return Refusal(
        code="not-found",
        zh=f"没有办件 {source_system}:{case_id}；刚刚报送的请稍候，或在办件列表中查找",
        en=f"There is no case {source_system}:{case_id}; wait a moment for one just sent, or look for it among the cases",
        status=404,
    )
