"""Progress of a case (办件进展) over HTTP: the approver's view of the supervision a decision led to."""

from typing import Any

from fastapi import APIRouter

from approval import queries
from approval.api.paging import Reading
from approval.domain.content import askable
from chassis.problems import not_found


def add_routes(routes: APIRouter, reading: Reading) -> None:
    """Put the route of progress on ``routes``: before the route of one case, whose id may hold slashes."""

    @routes.get(
        "/cases/{source_system}/{case_id:path}/progress",
        tags=["办件 cases"],
        summary="办件进展 / what came of a case",
    )
    async def progress(source_system: str, case_id: str) -> dict[str, Any]:
        """When it was pushed to whom, who claimed it, why it was returned, what the inspection found."""
        found = None
        if askable(source_system, case_id):
            async with reading() as connection:
                found = await queries.case_progress(connection, source_system, case_id)
        if found is None:
            raise not_found("该办件，请核对来源系统与办件编号", "case; compare source system and case id")
        return found
