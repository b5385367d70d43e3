"""Catalogue versions over HTTP (目录版本接口): drafted, submitted, published by a second person, retired, read."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting
from chassis.pages import Asked, Page, Reading
from chassis.problems import problem
from chassis.unit_of_work import UnitOfWork
from supervision import handlers, queries
from supervision.api import workbook
from supervision.api.forms import CatalogueForm, PersonForm, RetireForm
from supervision.domain.catalogue import CatalogueVersion, Conditions
from supervision.domain.catalogue.commands import (
    AskInForce,
    DraftVersion,
    PublishVersion,
    RetireVersion,
    SendBackVersion,
    SubmitVersion,
    VersionCommand,
    no_such_version,
)
from supervision.domain.catalogue.document import version_document, version_of
from supervision.domain.catalogue.lint import lint
from supervision.handlers import VersionReceipt
from supervision.ports import StoredWork

PATH = "/catalogue-versions"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BODY = {"requestBody": {"required": True, "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}}
_MOST_ERRORS = 1000


class ImportAsked(BaseModel):
    """Who drafts, and whether a broken file comes back annotated (导入方式)."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(description="起草人编号 / the drafter's code")
    annotated: bool = Field(
        default=False, description="有误时附批注文件（base64）/ a broken file back with notes, in base64"
    )
    preview: bool = Field(default=False, description="只核对，不保存 / look at it only, keep nothing")


class VersionsAsked(BaseModel):
    """Which day the version in force is asked for (现行版本的日期)."""

    model_config = ConfigDict(extra="forbid")

    on: date | None = Field(None, description="省略为今天 / today when left out")


def router(unit: UnitOfWork[StoredWork], reading: Reading, conditions: Conditions) -> APIRouter:
    """The routes of catalogue versions."""
    routes = APIRouter()
    _drafting(routes, unit, conditions)
    _files(routes, unit, reading, conditions)
    _life(routes, unit)
    _reading(routes, unit, reading)
    return routes


def _drafting(routes: APIRouter, unit: UnitOfWork[StoredWork], conditions: Conditions) -> None:
    @routes.post(PATH, status_code=201, summary="起草目录版本 / draft a version")
    async def draft(form: CatalogueForm, response: Response) -> dict[str, Any]:
        """A draft: 201 new, 200 the same again or another draft of it, 409 ``catalogue-differs`` once submitted."""
        return _told(await unit.run(handlers.draft_version, form.command()), response)

    @routes.post(f"{PATH}:check", summary="核对目录版本，不保存 / look at a version, and keep nothing")
    async def check(form: CatalogueForm) -> dict[str, Any]:
        """What it holds, and what may be a mistake in it; refused as a draft of it would be for its content."""
        return await asyncio.to_thread(_looked_at, form.command().content, conditions)


def _files(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading, conditions: Conditions) -> None:
    @routes.post(
        f"{PATH}:import", status_code=201, summary="导入 xlsx 草稿 / a draft from a workbook", openapi_extra=_BODY
    )
    async def import_file(request: Request, response: Response, asked: Annotated[ImportAsked, Query()]) -> Any:
        """As the JSON draft; 422 ``broken-file`` with every cell, on demand with the annotated file.

        ``preview``: 200 with what it holds, what may be a mistake, and the JSON draft of it; nothing is kept.
        """
        content = await request.body()
        try:
            version = await asyncio.to_thread(workbook.read_version, content, conditions)
        except workbook.BrokenFile as broken:
            return await asyncio.to_thread(_broken, broken, content if asked.annotated else None)
        if asked.preview:
            response.status_code = 200
            return await asyncio.to_thread(_looked_at, version, conditions)
        command = DraftVersion(content=version, by=asked.by)
        return _told(await unit.run(handlers.draft_version, command), response)

    @routes.get(f"{PATH}/{{version}}/file", summary="导出 xlsx / as a workbook", response_class=Response)
    async def file(version: Asked) -> Response:
        """The version as a workbook that reads back as the same version."""
        async with reading() as connection:
            content = await queries.catalogue_content(connection, version)
        if content is None:
            raise no_such_version(version)
        headers = {"Content-Disposition": f'attachment; filename="{content["version"]}.xlsx"'}
        return Response(await asyncio.to_thread(lambda: workbook.written(version_of(content))), 200, headers, XLSX)


def _broken(broken: workbook.BrokenFile, content: bytes | None) -> Response:
    document = problem(broken) | {
        "errors": [
            {
                "pointer": place.fault.pointer,
                "sheet": place.sheet,
                "cell": place.cell,
                "rule_zh": place.rule_zh,
                "rule_en": place.rule_en,
                "zh": place.fault.zh,
                "en": place.fault.en,
            }
            for place in broken.located[:_MOST_ERRORS]
        ],
        "errors_left_off": max(0, len(broken.located) - _MOST_ERRORS),
    }
    if content is not None:
        document["annotated"] = b64encode(workbook.annotated(content, broken.located)).decode()
    return Response(msgspec.json.encode(document), broken.status, media_type="application/problem+json")


def _life(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    async def done(handle: Callable[[StoredWork, Any], VersionReceipt], command: VersionCommand) -> dict[str, Any]:
        return asdict(await unit.run(handle, command))

    @routes.post(f"{PATH}/{{version}}:submit", summary="提交 / submit")
    async def submit(version: Asked, form: PersonForm) -> dict[str, Any]:
        """From now on the content never changes."""
        return await done(handlers.submit_version, SubmitVersion(version=version, by=form.by))

    @routes.post(f"{PATH}/{{version}}:send-back", summary="退回修改 / send back to the drafter")
    async def send_back(version: Asked, form: PersonForm) -> dict[str, Any]:
        """A submitted version is a draft again."""
        return await done(handlers.send_back_version, SendBackVersion(version=version, by=form.by))

    @routes.post(f"{PATH}/{{version}}:publish", summary="发布，须另一人 / publish, by somebody else")
    async def publish(version: Asked, form: PersonForm) -> dict[str, Any]:
        """Decisions are matched with it from its first day on; 409 ``second-person-needed``."""
        return await done(handlers.publish_version, PublishVersion(version=version, by=form.by))

    @routes.post(f"{PATH}/{{version}}:retire", summary="停用 / retire")
    async def retire(version: Asked, form: RetireForm) -> dict[str, Any]:
        """Decisions from that day on are no longer matched with it."""
        return await done(handlers.retire_version, RetireVersion(version=version, by=form.by, on=form.on))


def _reading(routes: APIRouter, unit: UnitOfWork[StoredWork], reading: Reading) -> None:
    @routes.get(PATH, summary="目录版本 / versions")
    async def versions(asked: Annotated[VersionsAsked, Query()]) -> Page:
        """Every version in the order of their last change; ``in_force``: it is the one that counts on that day."""
        counting = await unit.run(handlers.version_in_force, AskInForce(on=asked.on))
        async with reading() as connection:
            items = await queries.catalogue_versions(connection)
        return Page(items=[item | {"in_force": item["version"] == counting} for item in items], next=None)

    @routes.get(f"{PATH}/{{version}}", summary="目录内容 / one version whole")
    async def version_content(version: Asked) -> Any:
        """One version with its life."""
        async with reading() as connection:
            content = await queries.catalogue_content(connection, version)
        if content is None:
            raise no_such_version(version)
        return content


def _looked_at(version: CatalogueVersion, conditions: Conditions) -> dict[str, Any]:
    held = {"links": len(version.links), "checklists": len(version.checklists)}
    findings = [asdict(doubt) for doubt in lint(version, conditions)]
    return {"version": version.version, **held, "findings": findings, "document": version_document(version)}


def _told(receipt: VersionReceipt, response: Response) -> dict[str, Any]:
    response.status_code = 201 if receipt.created else 200
    return asdict(receipt)
