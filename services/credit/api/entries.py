"""Entered records (手工录入) over HTTP. A natural person's number becomes a reference here and goes no further."""

from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from chassis.identity import IdentityKeys
from chassis.unit_of_work import UnitOfWork
from credit import handlers
from credit.api.bodies import ByBody, Day
from credit.api.paging import NO_NUL
from credit.domain.entry import REFERENCE, EnterRecord
from credit.ports import StoredWork
from kernel.credit import RecordClass, RecordKind
from kernel.refusal import Fault, malformed
from kernel.subject import IdType, SubjectKey, SubjectKind, number_fault, tidy_number

_CREATED, _AGAIN = 201, 200


class SubjectBody(BaseModel):
    """主体; of a natural person the number or the reference, the name is not kept."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id_type: str = Field(
        description="证件类型: 001 统一社会信用代码, 111 居民身份证, 099 其他", max_length=20, pattern=NO_NUL
    )
    id_no: str = Field(description="证件号码，自然人也可填主体引用", max_length=100, pattern=NO_NUL)
    kind: SubjectKind | None = Field(None, description="主体类别; 未填则 111 为自然人, 其余为组织")
    name: str = ""

    def stated_kind(self) -> SubjectKind:
        """Who it is: with a resident number a person unless it says otherwise."""
        usual = SubjectKind.PERSON if self.id_type == IdType.RESIDENT else SubjectKind.ORGANISATION
        return self.kind or usual

    def key(self, identity: IdentityKeys) -> SubjectKey:
        """The subject as it is kept: of a person the reference; a number that is not sound stays, to be refused."""
        number = tidy_number(self.id_no)
        person = self.stated_kind() is SubjectKind.PERSON
        if person and not REFERENCE.fullmatch(number) and number_fault("", self.id_type, number) is None:
            return SubjectKey(self.id_type, identity.reference(self.id_type, number))
        return SubjectKey(self.id_type, number)


class EntryBody(ByBody):
    """信用记录."""

    kind: RecordKind = Field(description="COMMENDATION 表彰, OTHER 其他, PENALTY 行政处罚")
    record_class: RecordClass
    subject: SubjectBody
    source_system: str
    region: str = Field(description="区划代码, GB/T 2260, 6 digits")
    number: str = Field("", description="记录来源编号; 未填则取文书号")
    document_no: str = ""
    document_on: Day | None = None
    occurred_on: Day | None = Field(None, description="发生日期; 未填则取文书日期")
    department: str = ""
    item_code: str = ""
    detail: str = Field("", description="事实摘要, in words that may be shown; never about a natural person")
    repairable: StrictBool = Field(default=True, description="可否提前修复")

    def command(self, identity: IdentityKeys) -> EnterRecord:
        """What it asks for; no name of a natural person is in it."""
        kind = self.subject.stated_kind()
        occurred_on = self.occurred_on or self.document_on
        if occurred_on is None:
            zh, en = "必填，请填写发生日期或文书日期", "is required: the day of the fact, or of its document"
            raise malformed([Fault(pointer="/occurred_on", zh=zh, en=en)])
        said = self.model_dump(exclude={"subject", "occurred_on"})
        name = "" if kind is SubjectKind.PERSON else self.subject.name
        return EnterRecord(
            **said, occurred_on=occurred_on, subject=self.subject.key(identity), subject_kind=kind, name=name
        )


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], identity: IdentityKeys) -> None:
    """Put the route of entered records on ``routes``."""

    @routes.post(
        "/records", status_code=_CREATED, tags=["记录 records"], summary="录入信用记录 / enter a record by hand"
    )
    async def enter(body: EntryBody, response: Response) -> dict[str, Any]:
        """A commendation, a penalty from elsewhere, other information; 200 when this very record was there before."""
        record, again = await unit.run(handlers.enter_record, body.command(identity))
        response.status_code = _AGAIN if again else _CREATED
        return {
            "record_id": record.record_id,
            "number": record.number,
            "state": record.state,
            "public": record.public,
            "min_until": record.min_until,
            "max_until": record.max_until,
            "duplicate": again,
        }
