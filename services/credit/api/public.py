"""Public answers (信用公示) over HTTP: what may be shown of a subject today, and how to contest it.

There is no public record, or there is one: an answer never tells whether a subject is known, nor whether something about
it is not  No grade, no score. Natural persons are asked for by POST alone; their number becomes the reference here,
goes nowhere else and is answered masked. No answer may be kept by anybody on the way: a repair ends publicity at once.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.problems import problem_response
from chassis.unit_of_work import UnitOfWork
from credit import queries
from credit.api.paging import NO_NUL, Reading
from credit.api.trail import AskedBy, Trail
from credit.domain.constraints import Constraints
from credit.domain.publicity import Publicity
from credit.domain.trail import QueryChannel
from credit.ports.trail import StoredTrailWork
from kernel.clock import Clock, china_day
from kernel.masking import masked
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, SubjectKey, SubjectKind, number_fault, tidy_number

MOST_NAMED = 20
"""Organisations of one name an answer tells of."""
Reference = Callable[[str, str], str]
"""(id_type, number of a natural person) → 主体引用."""
_NOT_KEPT = {"Cache-Control": "no-store"}
_encode = msgspec.json.Encoder().encode


class NameAsked(BaseModel):
    """Which organisations (按名称查询)."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, pattern=NO_NUL, description="组织名称，须完全一致 / exact name")


class PersonBody(BaseModel):
    """Which natural person (自然人查询)."""

    model_config = ConfigDict(extra="forbid")

    id_type: str = Field(IdType.RESIDENT, max_length=20, pattern=NO_NUL, description="证件类型，111 居民身份证")
    id_no: str = Field(min_length=1, max_length=100, pattern=NO_NUL, description="证件号码；不留存，答复中脱敏")


@dataclass(frozen=True, kw_only=True)
class Answering:
    """What a public answer is made with (公示答复所需)."""

    noting: UnitOfWork[StoredTrailWork]
    reading: Reading
    clock: Clock
    reference: Reference
    rules: Publicity
    constraints: Constraints

    async def of(self, key: SubjectKey, kind: SubjectKind, asked_by: str, **said: str) -> Response:
        """The answer about one subject."""
        today = self.today()
        async with self.reading() as connection:
            found = await queries.shown_of(connection, key, kind, today)
        await self.trail().note(asked_by, key, found=found is not None)
        return self.response(self.grounded(found) | said, today) if found else _nothing()

    def today(self) -> date:
        """The day of the stack clock in China."""
        return china_day(self.clock.now())

    def trail(self) -> Trail:
        """Where answers leave their traces."""
        return Trail(self.noting, QueryChannel.PUBLIC)

    def grounded(self, found: dict[str, Any]) -> dict[str, Any]:
        """Entries of lists with the words of the catalogue: their legal basis, and how one leaves."""
        return found | {"lists": [self._grounded(entry) for entry in found["lists"]]}

    def _grounded(self, entry: dict[str, Any]) -> dict[str, Any]:
        rule = self.constraints.lists[entry["kind"]]
        basis = rule.basis(entry["legal_basis"] or "")
        return entry | {
            "legal_basis": f"{basis.text}（{basis.source}）" if basis else entry["legal_basis"],
            "exit_conditions": entry["exit_conditions"] or rule.exit_conditions,
        }

    def response(self, said: dict[str, Any], today: date) -> Response:
        """What is said, with the day it holds for and what can be done about it."""
        guidance = {"repair": asdict(self.rules.repair), "objection": asdict(self.rules.objection)}
        content = _encode({"as_of": today, **said, **guidance})
        return Response(content, headers=_NOT_KEPT, media_type="application/json")


def router(answering: Answering) -> APIRouter:
    """The routes of publicity."""
    routes = APIRouter(prefix="/api/v1/public", tags=["公示 public"])

    @routes.get("/subjects/{uscc}", summary="按统一社会信用代码查询公示信息 / public records of an organisation")
    async def organisation(uscc: str, asked_by: AskedBy = "") -> Response:
        """What may be shown of an organisation today; 404 ``no-public-record`` when that is nothing."""
        return await answering.of(SubjectKey(IdType.USCC, _code(uscc)), SubjectKind.ORGANISATION, asked_by)

    @routes.get("/subjects", summary="按名称查询公示信息 / public records of organisations by name")
    async def organisations(asked: Annotated[NameAsked, Query()], asked_by: AskedBy = "") -> Response:
        """The organisations of exactly this name with something to show; ``more``: there are others, ask by code."""
        _no_person(asked.name, "/name")
        today = answering.today()
        async with answering.reading() as connection:
            found = await queries.shown_as(connection, asked.name.strip(), today)
        told = [answering.grounded(each) for each in found[:MOST_NAMED]]
        await answering.trail().note(
            asked_by, *(SubjectKey(each["id_type"], each["id_no"]) for each in told), found=True
        )
        return answering.response({"items": told, "more": len(found) > len(told)}, today)

    @routes.post("/subjects:query", summary="查询自然人的公示信息 / public records of a natural person")
    async def person(body: PersonBody, asked_by: AskedBy = "") -> Response:
        """What may be shown of a natural person today, the number masked; 404 as for organisations."""
        number = tidy_number(body.id_no)
        if fault := number_fault("/id_no", body.id_type, number):
            raise malformed([fault])
        key = SubjectKey(body.id_type, answering.reference(body.id_type, number))
        return await answering.of(key, SubjectKind.PERSON, asked_by, id_type=body.id_type, id_no=masked(number))

    return routes


def _code(uscc: str) -> str:
    """A valid code, tidy. Refuses ``number-in-address``, ``invalid-content``."""
    number = tidy_number(uscc)
    if fault := number_fault("/uscc", IdType.USCC, number):
        _no_person(uscc, "/uscc")
        raise malformed([fault])
    return number


def _no_person(said: str, pointer: str) -> None:
    if number_fault(pointer, IdType.RESIDENT, tidy_number(said)) is None:
        zh = "地址中不得出现居民身份证号码；自然人请用 POST /api/v1/public/subjects:query 查询"
        en = "A resident identity number must not stand in an address; ask for persons by POST /api/v1/public/subjects:query"
        raise Refusal(code="number-in-address", zh=zh, en=en, faults=(Fault(pointer=pointer, zh=zh, en=en),))


def _nothing() -> Response:
    """没有可公示的记录: the same answer whether the subject is unknown, has no record or none that may be shown."""
    refusal = Refusal(
        code="no-public-record",
        zh="今天没有可公示的信用记录；请核对号码",
        en="there is no record that may be shown today; check the number",
        status=404,
    )
    response = problem_response(refusal)
    response.headers.update(_NOT_KEPT)
    return response
