"""Bodies (报文) of what is done to a record: each says who does it; what they say is checked by the domain."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from chassis.access.acting import MayAct
from credit.api.paging import Asked

_DAY_LENGTH = len("2026-01-31")


def _iso_day(value: Any) -> Any:
    """Only ``2026-01-31``: no instants, no seconds since 1970."""
    if value is None or (isinstance(value, str) and len(value) == _DAY_LENGTH):
        return value
    raise PydanticCustomError("date_parsing", "a day is written 2026-01-31")


Day = Annotated[date, BeforeValidator(_iso_day)]


class ByBody(BaseModel):
    """经办人."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    by: MayAct = Field(description="经办人编码 / code of who does it")


class ReasonBody(ByBody):
    """经办人与理由."""

    reason: str = ""


class ProceduresAsked(Asked):
    """Which repairs, objections or withdrawals (查询)."""

    record_id: UUID | None = None


class DecideRepairBody(ReasonBody):
    """修复决定."""

    granted: StrictBool


class DecideObjectionBody(ReasonBody):
    """异议处理."""

    upheld: StrictBool
