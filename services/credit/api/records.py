"""Records (信用记录) over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from chassis.problems import not_found
from credit import queries
from credit.api.paging import NO_NUL, Asked, Page, Place, Reading, check_key, opened, page
from credit.api.trail import AskedBy, Trail
from kernel.credit import RecordClass, RecordKind, RecordState
from kernel.subject import IdType, SubjectKey


class RecordsAsked(Asked):
    """Which records (信用记录查询); days are days in China, both ends included."""

    source_system: str | None = Field(None, max_length=200, pattern=NO_NUL)
    id_type: str | None = Field(None, max_length=20, pattern=NO_NUL)
    id_no: str | None = Field(None, max_length=200, pattern=NO_NUL)
    kind: RecordKind | None = None
    record_class: RecordClass | None = None
    state: RecordState | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None


def add_routes(routes: APIRouter, reading: Reading, trail: Trail) -> None:
    """Put the routes of records on ``routes``."""

    @routes.get("/records", tags=["记录 records"], summary="信用记录 / records")
    async def records(asked: Annotated[RecordsAsked, Query()], asked_by: AskedBy = "") -> Page:
        """Records in order of arrival."""
        after = opened(asked.cursor, Place) or 0
        check_key(asked.id_type or IdType.RESIDENT, asked.id_no or "")
        which = queries.RecordFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            found = await queries.records(connection, which, after, asked.limit + 1)
        if asked.id_no:
            await trail.note(asked_by, SubjectKey(asked.id_type or "", asked.id_no), found=bool(found))
        return page([item for _, item in found], [place for place, _ in found], asked.limit)

    @routes.get("/records/{record_id}", tags=["记录 records"], summary="一条信用记录 / one record")
    async def one_record(record_id: UUID, asked_by: AskedBy = "") -> dict[str, Any]:
        """One record with its periods, its state and its objections."""
        async with reading() as connection:
            found = await queries.one_record(connection, record_id)
        if found is None:
            raise not_found("该信用记录，请核对记录编号", "credit record; check its id")
        await trail.note(asked_by, SubjectKey(found["id_type"], found["id_no"]), found=True)
        return found
