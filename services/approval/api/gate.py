"""Gate (审批信用关口) over HTTP. Natural persons are asked for by POST alone: their number stands in no address."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, fields, replace
from operator import attrgetter
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from approval import handlers, queries
from approval.api.bodies import Day
from approval.api.paging import Cursor, Limit, Page, Place, Reading, opened, page
from approval.domain.content import askable
from approval.domain.gate import AskGate, GateReply
from approval.domain.gate_rules import GateRules
from approval.domain.holder import Holder
from approval.ports import StoredGateWork
from chassis.access.acting import MayAct
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, SubjectKind, number_fault, tidy_number

_names = tuple(field.name for field in fields(GateReply))
_values = attrgetter(*_names)
_encode = msgspec.json.Encoder().encode

Behind = Callable[[], Awaitable[int | None]]
"""Events of credit told but not applied yet; None = not known."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    item: str = Field(description="事项编码")
    on: Day | None = Field(None, description="判断日期, day in China; 缺省为今天")
    by: MayAct = Field(description="查询人编码, kept in the trace")
    source_system: str = Field("", description="来源系统, kept in the trace")


class GateAsked(_Asked):
    """What is asked about an organisation (关口查询)."""

    uscc: str = Field(description="统一社会信用代码", max_length=100)


class GateBody(_Asked):
    """What is asked about anybody (关口查询)."""

    id_type: str = Field(description="证件类型: 001 统一社会信用代码, 111 居民身份证, 099 其他")
    id_no: str = Field(description="证件号码; never kept, never answered", max_length=100)
    kind: SubjectKind | None = Field(None, description="主体类别; 未填则 111 为自然人, 其余为组织")


class GateQueriesAsked(BaseModel):
    """Which traces (关口查询留痕筛选); ``id_no`` of a natural person is the reference, never the number."""

    model_config = ConfigDict(extra="forbid")

    id_type: str | None = Field(None, max_length=20)
    id_no: str | None = Field(None, max_length=200)
    item_code: str | None = Field(None, max_length=64)
    by: str | None = Field(None, max_length=64)
    cursor: Cursor = ""
    limit: Limit = 50


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredGateWork], behind: Behind, reading: Reading) -> None:
    """Put the routes of the gate on ``routes``."""

    @routes.get(
        "/gate-queries", tags=["信用关口 gate"], summary="谁查询过关口、怎样答复 / who asked the gate and was told what"
    )
    async def traces(asked: Annotated[GateQueriesAsked, Query()]) -> Page:
        """Every answer of the gate in the order it was given: who asked, about whom, what it rested on."""
        which = asked.model_dump(include={"id_type", "id_no", "item_code", "by"})
        zh, en = "含有控制字符", "contains control characters"
        if unfit := [name for name, value in which.items() if value and not askable(value)]:
            raise malformed([Fault(pointer=f"/{name}", zh=zh, en=en) for name in unfit])
        if number_fault("", IdType.RESIDENT, tidy_number(asked.id_no or "")) is None:
            raise _person_in_address("请用主体引用筛选", "filter by the reference of the person")
        after = opened(asked.cursor, Place)
        async with reading() as connection:
            found = await queries.gate_queries(connection, which, after, asked.limit + 1)
        return page(found, [row["id"] for row in found], asked.limit)

    async def ask(asked: _Asked, holder: Holder) -> Response:
        command = AskGate(
            holder=holder,
            item_code=asked.item.strip(),
            on=asked.on,
            by=asked.by.strip(),
            source_system=asked.source_system.strip(),
        )
        reply = await unit.run(handlers.ask_gate, command)
        return Response(_encode(_members(reply) | {"behind": await behind()}), media_type="application/json")

    @routes.get("/gate", tags=["信用关口 gate"], summary="信用关口：组织 / the credit gate, organisations")
    async def of_organisation(asked: Annotated[GateAsked, Query()]) -> Response:
        """May it apply for the item, and on a commitment? Answered from what is held, also without the credit service."""
        try:
            return await ask(asked, Holder.stated(IdType.USCC, asked.uscc, SubjectKind.ORGANISATION, ""))
        except Refusal as refusal:
            raise _in_address(refusal, asked.uscc) from refusal

    @routes.post(
        "/gate", tags=["信用关口 gate"], summary="信用关口：自然人与其他 / the credit gate, persons and others"
    )
    async def of_anybody(body: GateBody) -> Response:
        """The same for any subject; a person's number becomes the reference here and goes nowhere."""
        return await ask(body, Holder.stated(body.id_type.strip(), body.id_no, body.kind, ""))


def rules_router(rules: GateRules) -> APIRouter:
    """The route of the rules."""
    routes = APIRouter(prefix="/api/v1")

    @routes.get("/gate-rules", tags=["信用关口 gate"], summary="信用关口规则 / the rules of the gate")
    async def shown() -> dict[str, Any]:
        """What follows from each hold and each grade, with its source; a grade that is not named changes nothing."""
        return asdict(rules)

    return routes


def _members(reply: GateReply) -> dict[str, Any]:
    return dict(zip(_names, _values(reply), strict=True))


def _in_address(refusal: Refusal, number: str) -> Refusal:
    """The refusal in the words of the address, which has one number and may not have a person's."""
    if number_fault("", IdType.RESIDENT, tidy_number(number)) is None:
        return _person_in_address("自然人请用 POST /api/v1/gate 查询", "ask for persons by POST /api/v1/gate")
    refusal.faults = tuple(replace(f, pointer="/uscc") if f.pointer == "/id_no" else f for f in refusal.faults)
    return refusal


def _person_in_address(zh: str, en: str) -> Refusal:
    return Refusal(
        code="number-in-address",
        zh=f"地址中不得出现居民身份证号码，{zh}",
        en=f"A resident identity number must not stand in an address; {en}",
    )
