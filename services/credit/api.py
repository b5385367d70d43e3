"""HTTP in (接口): read only. Records and grades come from events alone, so nobody can write one by hand.

Natural persons are found by their reference, never by their number: a number has no place in an address.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from credit import queries
from credit.domain.rulebook import Rulebook
from kernel.credit import Grade, RecordClass
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, number_fault, tidy_number
from kernel.text import text_fault

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Place = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
NO_NUL = r"^[^\x00]*$"
Clean = Annotated[str, msgspec.Meta(pattern=NO_NUL)]


class Page(BaseModel):
    """A page (分页): ``next`` is the cursor of the following one, null on the last."""

    items: list[dict[str, Any]]
    next: str | None


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", max_length=1000, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


class SubjectsAsked(_Asked):
    """Which subjects (主体查询)."""

    grade: Grade | None = None


class RecordsAsked(_Asked):
    """Which records (失信记录查询); days are days in China, both ends included."""

    source_system: str | None = Field(None, max_length=200, pattern=NO_NUL)
    id_type: str | None = Field(None, max_length=20, pattern=NO_NUL)
    id_no: str | None = Field(None, max_length=200, pattern=NO_NUL)
    record_class: RecordClass | None = None
    occurred_from: date | None = None
    occurred_to: date | None = None


def router(reading: Reading, rules: Rulebook) -> APIRouter:
    """The routes of credit."""
    routes = APIRouter(prefix="/api/v1", tags=["credit 信用"])

    @routes.get("/subjects", summary="主体与等级 / subjects and grades")
    async def subjects(asked: Annotated[SubjectsAsked, Query()]) -> Page:
        """Subjects in the order of their numbers; ``grade`` null = no record so far."""
        after = _opened(asked.cursor, tuple[Clean, Clean])
        async with reading() as connection:
            items = await queries.subjects(connection, asked.grade, after, asked.limit + 1)
        ends = [(item["id_type"], item["id_no"]) for item in items]
        return _page(items, ends, asked.limit)

    @routes.get("/subjects/{id_type}/{id_no:path}", summary="主体信用详情 / grade, score, reasons and records")
    async def one_subject(id_type: str, id_no: str) -> dict[str, Any]:
        """Grade and score as last assessed, with a reason and a record for every point."""
        _check_key(id_type, id_no)
        async with reading() as connection:
            found = await queries.one_subject(connection, id_type, id_no)
        if found is None:
            raise _unknown(id_type, id_no)
        return found

    @routes.get("/records", summary="失信记录 / records")
    async def records(asked: Annotated[RecordsAsked, Query()]) -> Page:
        """Records in order of arrival."""
        after = _opened(asked.cursor, Place) or 0
        _check_key(asked.id_type or IdType.RESIDENT, asked.id_no or "")
        which = queries.RecordFilter(**asked.model_dump(exclude={"cursor", "limit"}))
        async with reading() as connection:
            found = await queries.records(connection, which, after, asked.limit + 1)
        return _page([item for _, item in found], [place for place, _ in found], asked.limit)

    @routes.get("/scorecards", summary="评分与分类规则 / scorecards and classification rules")
    async def scorecards() -> dict[str, Any]:
        """Every edition with its sources; ``confirmed`` false: nobody competent has confirmed that number."""
        return asdict(rules)

    return routes


def _page(items: list[dict[str, Any]], ends: list[Any], limit: int) -> Page:
    more = len(items) > limit
    following = urlsafe_b64encode(msgspec.json.encode(ends[limit - 1])).decode() if more else None
    return Page(items=items[:limit], next=following)


def _opened(cursor: str, shape: Any) -> Any:
    if not cursor:
        return None
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor), type=shape)
    except ValueError as error:
        zh, en = "请使用上一页返回的 next", "use the `next` of the page before"
        raise malformed([Fault(pointer="cursor", zh=zh, en=en)]) from error


def _check_key(id_type: str, id_no: str) -> None:
    faults = [text_fault("id_type", id_type, longest=20), text_fault("id_no", id_no, longest=200)]
    if found := [fault for fault in faults if fault]:
        raise malformed(found)
    if id_type == IdType.RESIDENT and number_fault("id_no", id_type, tidy_number(id_no)) is None:
        raise Refusal(
            code="number-in-address",
            zh="地址中不得出现居民身份证号码，请改用事件或列表中的主体引用查询",
            en="A resident identity number must not stand in an address; ask by the subject reference of events and lists",
        )


def _unknown(id_type: str, id_no: str) -> Refusal:
    return Refusal(
        code="not-found",
        zh=f"信用服务中没有主体 {id_type}:{id_no}，请核对证件类型与号码；主体自首次检查办结起登记",
        en=f"Credit knows no subject {id_type}:{id_no}; check type and number: it is known from its first inspection on",
        status=404,
    )
