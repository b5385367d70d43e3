"""Query log (查询日志) over HTTP: the trace every answer about a subject leaves, and its pages for the credit office."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import Field

from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.paging import NO_NUL, Asked, Page, Place, Reading, check_key, opened, page
from credit.domain.trail import QueryChannel, SubjectQuery, traceable
from credit.ports.trail import StoredTrailWork
from kernel.refusal import Fault, malformed
from kernel.subject import SubjectKey

AskedBy = Annotated[
    str,
    Header(alias="X-Asked-By", max_length=64, pattern=r"^[\x20-\x7e]*$", description="查询人编码 / code of who asks"),
]
"""Who asks, as the caller names itself; kept with the question."""


class Trail:
    """Leaves the traces. They are committed before the answer goes out: no answer is without one."""

    def __init__(self, unit: UnitOfWork[StoredTrailWork], channel: QueryChannel) -> None:
        self._unit = unit
        self._channel = channel

    async def note(self, asked_by: str, *subjects: SubjectKey, found: bool) -> None:
        """One line for each subject an answer is about. Raises what the database raises: then there is no answer."""
        lines = [
            SubjectQuery(channel=self._channel, subject=traceable(key), asked_by=asked_by.strip(), found=found)
            for key in subjects
        ]
        for answer in await self._unit.run_each(handlers.note_query, lines) if lines else ():
            if answer is not None:
                raise answer


class QueriesAsked(Asked):
    """Which questions (查询日志筛选); days are days in China, both ends included."""

    id_type: str | None = Field(None, max_length=20, pattern=NO_NUL)
    id_no: str | None = Field(None, max_length=200, pattern=NO_NUL)
    channel: QueryChannel | None = None
    asked_by: str | None = Field(None, max_length=64, pattern=NO_NUL)
    asked_from: date | None = None
    asked_to: date | None = None


def add_routes(routes: APIRouter, reading: Reading) -> None:
    """Put the routes of the query log on ``routes``."""

    @routes.get("/subject-queries", tags=["查询日志 query log"], summary="谁查询过哪个主体 / who asked about whom")
    async def subject_queries(asked: Annotated[QueriesAsked, Query()]) -> Page:
        """Questions in the order they were answered; of a subject, those about every number it goes by."""
        after = opened(asked.cursor, Place) or 0
        if (asked.id_type is None) != (asked.id_no is None):
            zh, en = "id_type 与 id_no 须一并填写", "id_type and id_no go together"
            raise malformed([Fault(pointer="/id_no", zh=zh, en=en)])
        async with reading() as connection:
            subjects = None
            if asked.id_type is not None and asked.id_no is not None:
                check_key(asked.id_type, asked.id_no)
                family = await queries.family_of(connection, asked.id_type, asked.id_no)
                subjects = [SubjectKey(asked.id_type, asked.id_no), *family]
            which = queries.QueryFilter(
                subjects=subjects, **asked.model_dump(exclude={"cursor", "limit", "id_type", "id_no"})
            )
            found = await queries.subject_queries(connection, which, after, asked.limit + 1)
        return page([item for _, item in found], [place for place, _ in found], asked.limit)
