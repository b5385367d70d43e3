"""Assessments (信用评价) over HTTP: explained for any day."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.paging import Reading, check_key
from credit.api.trail import AskedBy, Trail
from credit.domain.rules_commands import Explain
from credit.ports import StoredWork
from kernel.subject import SubjectKey


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, trail: Trail) -> None:
    """Put the routes of assessments on ``routes``; before those of subjects, whose numbers may hold a slash."""

    @routes.get(
        "/subjects/{id_type}/{id_no:path}/assessment",
        tags=["主体 subjects"],
        summary="某日的评价及理由 / the assessment of a day, and why",
    )
    async def assessment(
        id_type: str,
        id_no: str,
        as_of: Annotated[date | None, Query(description="省略为今天 / today")] = None,
        asked_by: AskedBy = "",
    ) -> dict[str, Any]:
        """Base, every reason with its record and its decay, bounds of the grades, the edition, the next day of change."""
        check_key(id_type, id_no)
        async with reading() as connection:
            family = await queries.family_of(connection, id_type, id_no)
        key = family[0] if family else SubjectKey(id_type, id_no)
        await trail.note(asked_by, key, found=bool(family))
        return asdict(await unit.run(handlers.explain, Explain(subject=key, as_of=as_of)))
