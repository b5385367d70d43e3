"""Bars (限制申请) over HTTP: impose, lift, who is barred from what."""

from dataclasses import asdict
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.paging import NO_NUL, Asked, Page, Place, Reading, check_key, opened, page
from credit.api.parties import Code, Day, DecidedBody, EndedBody
from credit.api.trail import AskedBy, Trail
from credit.domain.bar import Bar
from credit.domain.constraint_commands import ImposeBar, LiftBar
from credit.ports import StoredWork
from kernel.credit import BarKind
from kernel.subject import IdType, SubjectKey

_CREATED, _AGAIN = 201, 200
TAGS: list[str | Enum] = ["限制申请 bars"]


class BarBody(DecidedBody):
    """限制申请."""

    kind: BarKind = Field(description="REFUSAL 行政许可法第七十八条，ANNULMENT 第七十九条，PROCUREMENT 政府采购")
    item_code: Code = Field("", description="事项编码；政府采购留空")
    decided_on: Day = Field(description="决定日期，即限制之始")

    def command(self) -> ImposeBar:
        """What it asks for."""
        return ImposeBar(subject=self.subject.named(), **self.model_dump(exclude={"subject"}))


class BarsAsked(Asked):
    """Which bars (限制申请查询)."""

    kind: BarKind | None = None
    open: bool | None = Field(None, description="true 限制中，false 已解除或期满")
    id_type: str | None = Field(None, max_length=20, pattern=NO_NUL)
    id_no: str | None = Field(None, max_length=200, pattern=NO_NUL)
    item_code: str | None = Field(None, max_length=64, pattern=NO_NUL)


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, trail: Trail) -> None:
    """Put the routes of bars on ``routes``."""

    @routes.post("/bars", tags=TAGS, summary="限制申请 / impose a bar", status_code=_CREATED)
    async def impose(body: BarBody, response: Response) -> dict[str, Any]:
        """For the term of the law, and only for this item. 200 when it was imposed before."""
        bar, again = await unit.run(handlers.impose_bar, body.command())
        response.status_code = _AGAIN if again else _CREATED
        return _shown(bar)

    @routes.post("/bars/{bar_id}:lift", tags=TAGS, summary="解除限制申请 / lift a bar")
    async def lift(bar_id: UUID, body: EndedBody) -> dict[str, Any]:
        """From today on, because what it rested on is gone; at its end it ends by itself."""
        command = LiftBar(bar_id=str(bar_id), by=body.by, reason=body.reason)
        return _shown(await unit.run(handlers.lift_bar, command))

    @routes.get("/bars", tags=TAGS, summary="限制申请查询 / bars")
    async def bars(asked: Annotated[BarsAsked, Query()], asked_by: AskedBy = "") -> Page:
        """Bars in order of arrival."""
        after = opened(asked.cursor, Place) or 0
        check_key(asked.id_type or IdType.RESIDENT, asked.id_no or "")
        which = queries.BarFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            found = await queries.bars(connection, which, after, asked.limit + 1)
        if asked.id_no:
            await trail.note(asked_by, SubjectKey(asked.id_type or "", asked.id_no), found=bool(found))
        return page([item for _, item in found], [place for place, _ in found], asked.limit)


def _shown(bar: Bar) -> dict[str, Any]:
    return {"id_type": bar.subject.id_type, "id_no": bar.subject.id_no} | {
        name: value for name, value in asdict(bar).items() if name != "subject"
    }
