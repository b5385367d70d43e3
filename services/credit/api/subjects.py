"""Subjects (信用主体) over HTTP: who they are and what their records amount to."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from credit import queries
from credit.api.paging import Asked, Clean, Page, Reading, check_key, opened, page
from credit.api.trail import AskedBy, Trail
from credit.domain.constraints import Constraints
from credit.handlers import no_such_subject
from kernel.credit import Grade
from kernel.subject import SubjectKey


class SubjectsAsked(Asked):
    """Which subjects (主体查询)."""

    grade: Grade | None = None


def add_routes(
    routes: APIRouter, reading: Reading, constraints: Constraints, today: Callable[[], date], trail: Trail
) -> None:
    """Put the routes of subjects on ``routes``."""

    @routes.get("/subjects", tags=["主体 subjects"], summary="主体与等级 / subjects and grades")
    async def subjects(asked: Annotated[SubjectsAsked, Query()]) -> Page:
        """Subjects in the order of their numbers; ``grade`` null = no record so far."""
        after = opened(asked.cursor, tuple[Clean, Clean])
        async with reading() as connection:
            items = await queries.subjects(connection, asked.grade, after, asked.limit + 1)
        return page(items, [(item["id_type"], item["id_no"]) for item in items], asked.limit)

    @routes.get(
        "/subjects/{id_type}/{id_no:path}/procedures",
        tags=["主体 subjects"],
        summary="主体的修复、异议、撤销 / repairs, objections and withdrawals of a subject",
    )
    async def redress(id_type: str, id_no: str, asked_by: AskedBy = "") -> dict[str, Any]:
        """Of every record of every number it goes by, the newest first, each with its clocks; ended ones included."""
        check_key(id_type, id_no)
        async with reading() as connection:
            family = await queries.family_of(connection, id_type, id_no)
            found = await queries.procedures_of(connection, family) if family else {}
        key = family[0] if family else SubjectKey(id_type, id_no)
        await trail.note(asked_by, key, found=bool(family))
        if not family:
            raise no_such_subject(key)
        return found

    @routes.get(
        "/subjects/{id_type}/{id_no:path}",
        tags=["主体 subjects"],
        summary="主体信用详情 / grade, score, reasons, records and constraints",
    )
    async def one_subject(id_type: str, id_no: str, asked_by: AskedBy = "") -> dict[str, Any]:
        """Grade and score as last assessed, with a reason and a record for every point, and every number it goes by.

        ``lists`` and ``bars`` are those in force, ``measures`` what follows from them and from the records today.
        """
        check_key(id_type, id_no)
        async with reading() as connection:
            found = await queries.one_subject(connection, id_type, id_no)
            if found is not None:
                found |= await queries.constraints_of(connection, found, constraints, today())
        key = SubjectKey(found["id_type"], found["id_no"]) if found else SubjectKey(id_type, id_no)
        await trail.note(asked_by, key, found=found is not None)
        if found is None:
            raise no_such_subject(key)
        return found
