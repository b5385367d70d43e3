"""Public results over HTTP (公开查询抽查结果): a list, and a permanent address for every result.

What is not shown and what does not exist are answered alike. A withdrawn result answers 410: when and why, not what.
An answer may be kept but must be asked for again each time, so that a correction or withdrawal counts at once.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse
from pydantic import Field

from chassis.audit.proof import proof_of
from chassis.pages import Asked, PageAsked, Reading, page
from chassis.problems import problem, problem_response
from contracts.proved import PUBLIC_EDITION
from kernel.refusal import Fault, Refusal, malformed
from kernel.subject import IdType, number_fault, tidy_number
from supervision import queries
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.publicity.words import PublicationState

_SCRIPT = Path(__file__).parents[1] / "cli" / "verify_result.py"
_ASK_AGAIN = "no-cache"
_UNCHANGED, _GONE = 304, 410


class ResultsAsked(PageAsked):
    """Which results (抽查结果查询); the days are those on which they were first shown, both included."""

    name: Asked | None = None
    uscc: Asked | None = None
    department: Asked | None = None
    begin: date | None = Field(None, alias="from")
    end: date | None = Field(None, alias="to")


def router(reading: Reading, page_limit: int, rules: PublicityRules) -> APIRouter:
    """The routes of the public."""
    routes = APIRouter(prefix="/public", tags=["公示 public"])

    @routes.get("/results", summary="查询抽查结果 / publicised results")
    async def listed(asked: Annotated[ResultsAsked, Query()]) -> Response:
        """Results that are shown now, by the exact name or code of an organisation, department, day."""
        which = asked.model_dump(exclude={"cursor", "limit"})
        which["name"] = _no_person("/name", asked.name.strip()) if asked.name else None
        which["uscc"] = _code(asked.uscc) if asked.uscc else None
        limit, after = asked.within(page_limit), asked.after(UUID)
        async with reading() as connection:
            items = await queries.public_results(connection, which, str(after) if after else None, limit + 1, rules)
        return _answer(page(items, ["publication_no"], limit).model_dump())

    @routes.get(
        "/results/script", summary="核对公示凭证的脚本 / the script that checks proofs", response_class=FileResponse
    )
    async def script() -> FileResponse:
        """Python, nothing but its standard library; the signature alone needs the package `cryptography`."""
        return FileResponse(_SCRIPT, media_type="text/x-python", filename=_SCRIPT.name)

    @routes.get("/results/{publication_no}", summary="一项抽查结果 / one publicised result, at its permanent address")
    async def one(publication_no: UUID, if_none_match: Annotated[str, Header()] = "") -> Response:
        """As it is shown now, with what was corrected and why; 410 once withdrawn, 404 when nothing was ever shown."""
        async with reading() as connection:
            found = await queries.public_result(connection, str(publication_no), rules)
        if found is None:
            return _nothing()
        if found["state"] == PublicationState.WITHDRAWN:
            return _gone(found)
        tag = f'"{found["version"]}"'
        if tag in (each.strip().removeprefix("W/") for each in if_none_match.split(",")):
            return Response(status_code=_UNCHANGED, headers={"ETag": tag, "Cache-Control": _ASK_AGAIN})
        return _answer(found, ETag=tag)

    @routes.get("/results/{publication_no}/proof", summary="公示凭证 / proof that a result was shown as it is")
    async def proved(publication_no: UUID) -> Response:
        """The newest version as everybody could read it, and its path to a signed head; 404 when nothing was shown.

        Refuses ``proof-not-ready`` (409, retryable) in the first minute. `verify_result.py` checks it anywhere.
        """
        async with reading() as connection:
            edition = await queries.public_edition(connection, str(publication_no))
            if edition is None:
                return _nothing()
            version, content = edition
            ref = f"{PUBLIC_EDITION.table}/{publication_no}/{version}"
            return _answer(await proof_of(connection, "supervision", ref, content))

    return routes


def _answer(said: Any, **headers: str) -> Response:
    content = msgspec.json.encode(said)
    return Response(content, headers={"Cache-Control": _ASK_AGAIN, **headers}, media_type="application/json")


def _nothing() -> Response:
    """没有公示的结果: the same whether there is none, it is not shown yet, or it never will be."""
    refusal = Refusal(
        code="no-public-result",
        zh="这个地址没有公示的抽查结果，请核对公示编号",
        en="no result is shown at this address; check the number",
        status=404,
    )
    response = problem_response(refusal)
    response.headers["Cache-Control"] = _ASK_AGAIN
    return response


def _gone(found: dict[str, Any]) -> Response:
    """已撤下: 410 with the day and the cause beside the members of a problem."""
    refusal = Refusal(
        code="result-withdrawn",
        zh=f"该抽查结果已于 {found['withdrawn_on']} 撤下，不再公示",
        en=f"this result was withdrawn on {found['withdrawn_on']} and is shown no more",
        status=_GONE,
    )
    content = msgspec.json.encode(problem(refusal) | found)
    return Response(content, _GONE, {"Cache-Control": _ASK_AGAIN}, media_type="application/problem+json")


def _code(uscc: str) -> str:
    """A valid code, tidy. Refuses ``number-in-address``, ``invalid-content``."""
    number = tidy_number(uscc)
    if fault := number_fault("/uscc", IdType.USCC, number):
        _no_person("/uscc", uscc)
        raise malformed([fault])
    return number


def _no_person(pointer: str, said: str) -> str:
    """No number of a person in an address: addresses are logged everywhere. Refuses ``number-in-address``."""
    if number_fault(pointer, IdType.RESIDENT, tidy_number(said)) is None:
        zh = "地址中不得出现居民身份证号码；自然人的抽查结果不能按号码查询"
        en = "A resident identity number must not stand in an address; results of persons are not found by number"
        raise Refusal(code="number-in-address", zh=zh, en=en, faults=(Fault(pointer=pointer, zh=zh, en=en),))
    return said
