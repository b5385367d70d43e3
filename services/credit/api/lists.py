"""Lists (名录、名单) over HTTP: enter, exit, who is on them."""

from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field

from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.paging import NO_NUL, Asked, Page, Place, Reading, check_key, opened, page
from credit.api.parties import Code, Day, DecidedBody, DocumentNo, EndedBody
from credit.api.trail import AskedBy, Trail
from credit.domain.constraint_commands import EnterList, ExitList
from credit.domain.list_entry import Entered
from credit.ports import StoredWork
from kernel.credit import RecordKind
from kernel.subject import IdType, SubjectKey

_CREATED, _AGAIN = 201, 200
TAGS: list[str | Enum] = ["名单 lists"]


class EnterBody(DecidedBody):
    """列入名单."""

    list: RecordKind = Field(description="ABNORMAL_LIST 经营异常名录，SEVERE_LIST 严重失信主体名单")
    legal_basis: Code = Field(description="列入依据, a code of GET measures")
    entered_on: Day = Field(description="列入日期")
    notice_document: DocumentNo = Field("", description="告知文书号；严重失信主体名单必填")

    def command(self) -> EnterList:
        """What it asks for."""
        return EnterList(subject=self.subject.named(), **self.model_dump(exclude={"subject"}))


class ExitBody(EndedBody):
    """移出名单."""

    on: Day | None = Field(None, description="移出日期，第一个不在名单的日子；未填为今日")


class EntriesAsked(Asked):
    """Which entries (名单查询)."""

    list: RecordKind | None = None
    open: bool | None = Field(None, description="true 在册，false 已移出")
    id_type: str | None = Field(None, max_length=20, pattern=NO_NUL)
    id_no: str | None = Field(None, max_length=200, pattern=NO_NUL)


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, trail: Trail) -> None:
    """Put the routes of lists on ``routes``."""

    @routes.post("/list-entries", tags=TAGS, summary="列入名单 / enter a list", status_code=_CREATED)
    async def enter(body: EnterBody, response: Response) -> dict[str, Any]:
        """The entry is a credit record: its points, publicity and veto follow. 200 when it was entered before."""
        entered = await unit.run(handlers.enter_list, body.command())
        response.status_code = _AGAIN if entered.again else _CREATED
        return _shown(entered)

    @routes.post("/list-entries/{entry_id}:exit", tags=TAGS, summary="移出名单 / leave a list")
    async def leave(entry_id: UUID, body: ExitBody) -> dict[str, Any]:
        """Its record is used no more from that day on."""
        command = ExitList(entry_id=str(entry_id), by=body.by, reason=body.reason, on=body.on)
        return _shown(await unit.run(handlers.exit_list, command))

    @routes.get("/list-entries", tags=TAGS, summary="名单条目 / entries of lists")
    async def entries(asked: Annotated[EntriesAsked, Query()], asked_by: AskedBy = "") -> Page:
        """Entries in order of arrival."""
        after = opened(asked.cursor, Place) or 0
        check_key(asked.id_type or IdType.RESIDENT, asked.id_no or "")
        which = queries.EntryFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            found = await queries.list_entries(connection, which, after, asked.limit + 1)
        if asked.id_no:
            await trail.note(asked_by, SubjectKey(asked.id_type or "", asked.id_no), found=bool(found))
        return page([item for _, item in found], [place for place, _ in found], asked.limit)


def _shown(entered: Entered) -> dict[str, Any]:
    record, entry = entered.record, entered.entry
    return {
        "entry_id": entry.entry_id,
        "list": record.kind,
        "id_type": record.subject.id_type,
        "id_no": record.subject.id_no,
        "legal_basis": entry.legal_basis,
        "document_no": record.document_no,
        "entered_on": record.occurred_on,
        "until": record.max_until,
        "exit_conditions": entry.exit_conditions,
        "left_on": entry.left_on,
    }
