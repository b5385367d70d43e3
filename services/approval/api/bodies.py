"""Bodies (报文): the JSON of a case and of an item, read two ways with one meaning.

One document comes through pydantic, which tells every fault of shape at once and documents itself; lines and intake
messages come through msgspec, ten times as fast, which tells the first. Both refuse fields they do not know.
"""

import re
from datetime import date
from typing import Annotated, Any

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from approval.domain.case import Statement, SupervisedObject
from approval.domain.commands import ListItem, RegisterCase
from approval.domain.holder import Holder
from approval.domain.item import Item
from chassis.keys.holder import require_source
from chassis.ndjson import decoded
from contracts.intake import CaseDocument
from kernel.decision import DecisionKind
from kernel.subject import SubjectKind

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _iso_day(value: Any) -> Any:
    """Only ``2026-01-31``: no instants, no seconds since 1970."""
    if value is None or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("date_parsing", "a day is written 2026-01-31")


Day = Annotated[date, BeforeValidator(_iso_day)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SubjectBody(_Body):
    """行政相对人."""

    id_type: str = Field(description="证件类型: 001 统一社会信用代码, 111 居民身份证, 099 其他")
    id_no: str = Field(description="证件号码", max_length=100)
    kind: SubjectKind | None = Field(None, description="主体类别; 未填则 111 为自然人, 其余为组织")
    name: str = Field("", description="名称或姓名")


class ObjectBody(_Body):
    """监管对象."""

    object_no: str = Field(description="对象编号, unique within the source system")
    name: str = ""
    address: str = ""


class CaseBody(_Body):
    """审批办件: one revision of one case."""

    source_system: str = Field(description="来源系统")
    case_id: str = Field(description="办件编号")
    revision: StrictInt = Field(1, ge=-(2**31), lt=2**31, description="版次; a correction has the next number")
    kind: DecisionKind = Field(description="办理类型")
    item_code: str = Field(description="事项编码")
    region: str = Field(description="区划代码, GB/T 2260, 6 digits")
    decided_on: Day = Field(description="决定日期")
    valid_from: Day | None = Field(None, description="有效期起")
    valid_to: Day | None = Field(None, description="有效期至; null = 长期")
    commitment: StrictBool = Field(default=False, description="告知承诺")
    existing: StrictBool = Field(default=False, description="存量: registered only, makes no task")
    licence_no: str = Field("", description="许可编号")
    by_deceit: StrictBool = Field(default=False, description="以欺骗、贿赂等不正当手段取得; only with ANNUL")
    subject: SubjectBody
    object: ObjectBody

    def command(self) -> RegisterCase:
        """What it asks for."""
        return RegisterCase(_statement(self))


class _ItemLine(msgspec.Struct, forbid_unknown_fields=True):
    item_code: str
    name: str
    department: str = ""
    public_safety: bool = False


_case_lines = msgspec.json.Decoder(CaseDocument)
_item_lines = msgspec.json.Decoder(_ItemLine)


def decode_case(line: bytes) -> RegisterCase:
    """One case as JSON. Refuses ``invalid-content`` with the pointer of what does not fit."""
    return RegisterCase(_statement(decoded(_case_lines, line)))


def decode_item(line: bytes) -> ListItem:
    """One item as JSON. Refuses ``invalid-content`` with the pointer of what does not fit."""
    body = decoded(_item_lines, line)
    return ListItem(
        Item(
            item_code=body.item_code.strip(),
            name=body.name.strip(),
            department=body.department.strip(),
            public_safety=body.public_safety,
        ),
    )


def _statement(body: CaseBody | CaseDocument) -> Statement:
    require_source(body.source_system.strip())
    subject, stated_object = body.subject, body.object
    return Statement(
        source_system=body.source_system.strip(),
        case_id=body.case_id.strip(),
        revision=body.revision,
        kind=body.kind,
        item_code=body.item_code.strip(),
        region=body.region.strip(),
        decided_on=body.decided_on,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        commitment=body.commitment,
        existing=body.existing,
        licence_no=body.licence_no.strip(),
        by_deceit=body.by_deceit,
        subject=Holder.stated(subject.id_type.strip(), subject.id_no, subject.kind, subject.name),
        object=SupervisedObject.stated(stated_object.object_no, stated_object.name, stated_object.address),
    )
