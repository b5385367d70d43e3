"""Rules (信用规则) over HTTP: what is applied, and how an edition is drafted, submitted and published by a second person."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import MayAct, acting
from chassis.unit_of_work import UnitOfWork
from credit import handlers, queries
from credit.api.paging import NO_NUL, Reading
from credit.api.written_rules import OPENAPI_BODY, canonical_of
from credit.domain.rules_commands import AskRules, DraftRules, PublishRules, RulesCommand, SendBackRules, SubmitRules
from credit.domain.rules_document import read_edition
from credit.domain.rules_edition import no_such_edition
from credit.ports import StoredWork

Version = Annotated[str, Path(max_length=50, pattern=NO_NUL)]
_TAGS: list[Any] = ["规则 rules"]


class PersonBody(BaseModel):
    """Who does it (经办人)."""

    model_config = ConfigDict(extra="forbid")

    by: MayAct = Field(max_length=64, pattern=NO_NUL)


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    """Put the routes of rules on ``routes``."""
    _reading(routes, unit, reading)
    _life(routes, unit)


def _reading(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    @routes.get("/rules", tags=_TAGS, summary="分类、公示期与评分规则 / classification, periods, scorecards")
    async def rules() -> dict[str, Any]:
        """Every edition that is applied, with its sources, and every one drafted here with its life.

        ``confirmed`` false: nobody competent has confirmed that number.
        """
        applied = await unit.run(handlers.rules_applied, AskRules())
        async with reading() as connection:
            drafted = await queries.rules_editions(connection)
        return asdict(applied) | {"life": drafted}

    @routes.get("/rules/{version}", tags=_TAGS, summary="一个规则版本 / one edition")
    async def edition(version: Version) -> dict[str, Any]:
        """One edition whole; drafted here with its life and the digest of its content."""
        async with reading() as connection:
            kept = await queries.rules_edition_of(connection, version)
        if kept:
            return asdict(read_edition(kept["content"])) | kept
        applied = await unit.run(handlers.rules_applied, AskRules())
        found = next((each for each in applied.editions if each.version == version), None)
        if found is None:
            raise no_such_edition(version)
        return asdict(found)


def _life(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    async def done(handle: Callable[[StoredWork, Any], handlers.RulesReceipt], command: RulesCommand) -> dict[str, Any]:
        return asdict(await unit.run(handle, command))

    @routes.post(
        "/rules", status_code=201, tags=_TAGS, summary="起草规则 / draft an edition", openapi_extra=OPENAPI_BODY
    )
    async def draft(
        request: Request, response: Response, by: Annotated[str, Query(max_length=64, pattern=NO_NUL)] = ""
    ) -> dict[str, Any]:
        """A draft from its YAML or JSON document: 201 new, 200 the same or another draft, 409 later.

        ``rules-differ``: it was submitted with other content; ``rules-published``: it is published already.
        """
        version, content = await asyncio.to_thread(
            canonical_of, await request.body(), request.headers.get("content-type", "")
        )
        command = DraftRules(version=version, content=content, by=acting(by))
        receipt = await done(handlers.draft_rules, command)
        response.status_code = 201 if receipt["created"] else 200
        return receipt

    @routes.post("/rules/{version}:submit", tags=_TAGS, summary="提交规则 / submit")
    async def submit(version: Version, body: PersonBody) -> dict[str, Any]:
        """From now on the content never changes."""
        return await done(handlers.submit_rules, SubmitRules(version=version, by=body.by))

    @routes.post("/rules/{version}:send-back", tags=_TAGS, summary="退回修改 / send back to the drafter")
    async def send_back(version: Version, body: PersonBody) -> dict[str, Any]:
        """A submitted edition is a draft again."""
        return await done(handlers.send_back_rules, SendBackRules(version=version, by=body.by))

    @routes.post("/rules/{version}:publish", tags=_TAGS, summary="发布规则，须另一人 / publish, by somebody else")
    async def publish(version: Version, body: PersonBody) -> dict[str, Any]:
        """Everybody is assessed by it from its first day on, which is tomorrow or later; 409 ``second-person-needed``."""
        return await done(handlers.publish_rules, PublishRules(version=version, by=body.by))
