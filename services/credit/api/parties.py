"""Parties (主体报文): whom a request names, and the bounds of what it may say of a decision."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from chassis.access.acting import MayAct
from credit.api.paging import NO_NUL
from credit.domain.constraint_commands import Named
from kernel.subject import IdType, SubjectKey, SubjectKind, tidy_number

_DAY_LENGTH = len("2026-01-31")


def _iso_day(value: Any) -> Any:
    """Only ``2026-01-31``: no instants, no seconds since 1970."""
    if value is None or (isinstance(value, str) and len(value) == _DAY_LENGTH):
        return value
    raise PydanticCustomError("date_parsing", "a day is written 2026-01-31")


Day = Annotated[date, BeforeValidator(_iso_day)]
Code = Annotated[str, Field(max_length=64, pattern=NO_NUL)]
DocumentNo = Annotated[str, Field(max_length=200, pattern=NO_NUL)]


class PartyBody(BaseModel):
    """主体: an organisation by its number, a natural person by the reference of events and without a name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    id_type: str = Field(max_length=20, pattern=NO_NUL, description="证件类型: 001、099，自然人 111")
    id_no: str = Field(min_length=1, max_length=200, pattern=NO_NUL, description="号码；自然人为主体引用")
    kind: SubjectKind | None = Field(None, description="主体类别；未填则 111 为自然人，其余为组织")
    name: str = Field("", max_length=200, pattern=NO_NUL)

    def named(self) -> Named:
        """Whom it names."""
        usual = SubjectKind.PERSON if self.id_type == IdType.RESIDENT else SubjectKind.ORGANISATION
        key = SubjectKey(self.id_type, tidy_number(self.id_no))
        return Named(key=key, kind=self.kind or usual, name=self.name)


class DecidedBody(BaseModel):
    """What every entry and bar is told with."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    subject: PartyBody
    source_system: str = Field("", max_length=32, pattern=r"^[a-z0-9][a-z0-9_.\-]*$", description="来源系统")
    region: str = Field("", max_length=6, pattern=NO_NUL, description="区划代码，6 位")
    document_no: DocumentNo = Field("", description="文书号")
    department: Code = Field("", description="作出决定的部门")
    by: MayAct = Field(max_length=64, pattern=NO_NUL, description="经办人编码")


class EndedBody(BaseModel):
    """Why something ends, and who says so."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = Field("", max_length=500, pattern=NO_NUL, description="理由")
    by: MayAct = Field(max_length=64, pattern=NO_NUL, description="经办人编码")
