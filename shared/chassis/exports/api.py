"""Exports over HTTP (报送接口): run a batch, list batches, fetch the same file again, what was refused, what is overdue."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.access.acting import Acting
from chassis.exports import reading as stored
from chassis.exports.batch import Batch
from chassis.exports.dataset import Exports
from chassis.exports.disclosing import DiscloseFile, DiscloseWork, disclose_file, no_such_batch
from chassis.exports.files import FileFormat, written
from chassis.exports.running import ExportWork, run_export
from chassis.exports.watching import AskArrears, WatchWork, arrears_of
from chassis.unit_of_work import UnitOfWork
from kernel.export import Disclose, RunExport

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Number = Annotated[str, Path(pattern=r"^[0-9]{13}$", description="批次号 / batch")]
NO_CONTROL = r"^[^\x00-\x1f\x7f]*$"
Code = Annotated[str, Field(max_length=64, pattern=NO_CONTROL)]


class ExportForm(BaseModel):
    """报送一批."""

    model_config = ConfigDict(extra="forbid")

    table: Code = Field(description="字段表 / field table")
    first: date = Field(alias="from", description="起始日（含）/ first day")
    last: date = Field(alias="to", description="截止日（含）/ last day")
    by: Acting = Field(max_length=64, pattern=NO_CONTROL, description="经办人编码 / who exports")


class DiscloseForm(BaseModel):
    """取完整文件."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64, pattern=NO_CONTROL, description="取用人编码 / who takes it")
    reason: str = Field(max_length=1000, description="理由 / why")
    format: FileFormat = FileFormat.CSV


class BatchesAsked(BaseModel):
    """Which batches, newest first."""

    model_config = ConfigDict(extra="forbid")

    table: Code | None = Field(None, description="字段表 / field table")
    cursor: str = Field("", pattern=r"^([0-9]{13})?$", description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


class RefusalsAsked(BaseModel):
    """Which page of the refused rows."""

    model_config = ConfigDict(extra="forbid")

    cursor: int = Field(0, ge=0, le=2**31 - 1, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(100, ge=1, le=500)


def exports_router(
    running: UnitOfWork[ExportWork],
    disclosing: UnitOfWork[DiscloseWork],
    asking: UnitOfWork[WatchWork],
    reading: Reading,
    exports: Exports,
) -> APIRouter:
    """The routes, the same in every service that exports."""
    routes = APIRouter(prefix="/api/v1", tags=["报送 exports"])
    _add_batches(routes, running, reading)
    _add_overdue(routes, asking, exports)
    _add_files(routes, disclosing, reading, exports)
    return routes


def _add_batches(routes: APIRouter, running: UnitOfWork[ExportWork], reading: Reading) -> None:
    @routes.post("/exports", status_code=201, summary="报送一批 / run an export")
    async def run(form: ExportForm, response: Response) -> dict[str, Any]:
        """Send what is new, changed or withdrawn; 200 and no new batch when nothing is."""
        command = RunExport(table=form.table, first=form.first, last=form.last, by=form.by)
        receipt = await running.run(run_export, command)
        response.status_code = 200 if receipt.duplicate else 201
        shown = _shown(receipt.batch) if receipt.batch else {"batch": None}
        return shown | {"unchanged": receipt.unchanged, "duplicate": receipt.duplicate}

    @routes.get("/exports", summary="报送批次 / batches")
    async def listed(asked: Annotated[BatchesAsked, Query()]) -> dict[str, Any]:
        """Batches, newest first."""
        async with reading() as connection:
            found = await stored.batches(connection, asked.table, asked.cursor, asked.limit + 1)
        following = found[asked.limit - 1].batch if len(found) > asked.limit else None
        return {"items": [_shown(each) for each in found[: asked.limit]], "next": following}


def _add_overdue(routes: APIRouter, asking: UnitOfWork[WatchWork], exports: Exports) -> None:
    @routes.get("/exports/overdue", summary="报送时限 / what was not sent in time")
    async def overdue(
        table: Annotated[Code | None, Query(description="字段表 / field table")] = None,
        department: Annotated[Code | None, Query(description="部门 / department")] = None,
    ) -> dict[str, Any]:
        """By department and table: overdue, due soon, still running, and when the first is due."""
        found = await asking.run(arrears_of, AskArrears(table=table, department=department))
        return {"items": [asdict(each) for each in found]}

    @routes.get("/export-tables", summary="报送字段表 / field tables")
    async def tables() -> dict[str, Any]:
        """Every table with its fields, lengths and sources, and the limits in all editions."""
        rules = [asdict(each) | {"limit": str(each.limit), "warn": str(each.warn)} for each in exports.rules.editions]
        return {"items": [asdict(each.table) for each in exports.datasets.values()], "limits": rules}


def _add_files(routes: APIRouter, disclosing: UnitOfWork[DiscloseWork], reading: Reading, exports: Exports) -> None:
    @routes.get("/exports/{batch}", summary="一个批次 / one batch")
    async def one(batch: Number) -> dict[str, Any]:
        """Its counts, and who took the file with personal data."""
        async with reading() as connection:
            found = await _found(connection, batch)
            taken = await stored.disclosures(connection, batch)
        return _shown(found) | {"disclosures": taken}

    @routes.get("/exports/{batch}/file", summary="报送文件（个人信息脱敏）/ the file, persons masked")
    async def file(
        batch: Number,
        form: Annotated[FileFormat, Query(alias="format")] = FileFormat.CSV,
        chinese: Annotated[bool, Query(description="第二行写中文字段名 / a second row in Chinese")] = False,  # noqa: FBT002 - a query
    ) -> Response:
        """The same bytes every time."""
        async with reading() as connection:
            found = await _found(connection, batch)
            rows = await stored.lines(connection, batch)
        table = exports.of(found.table).table
        content = await asyncio.to_thread(written, table, rows, form, chinese=chinese)
        return _file(content, found.batch, form)

    @routes.post("/exports/{batch}:disclose", summary="取完整文件 / the file with the personal data")
    async def disclose(batch: Number, form: DiscloseForm) -> Response:
        """For a named person with a reason; it leaves a trace."""
        asked = Disclose(batch=batch, by=form.by, reason=form.reason)
        table, rows = await disclosing.run(disclose_file, DiscloseFile(asked=asked, form=form.format))
        return _file(await asyncio.to_thread(written, table, rows, form.format), batch, form.format)

    @routes.get("/exports/{batch}/refusals", summary="未通过校验的行 / rows that were refused")
    async def refused(batch: Number, asked: Annotated[RefusalsAsked, Query()]) -> dict[str, Any]:
        """Every field that is wrong: the row, the field, the rule, and what to do."""
        async with reading() as connection:
            await _found(connection, batch)
            found = await stored.refusals(connection, batch, asked.cursor, asked.limit + 1)
        following = found[asked.limit - 1]["number"] if len(found) > asked.limit else None
        return {"items": found[: asked.limit], "next": following}


async def _found(connection: AsyncConnection, number: str) -> Batch:
    found = await stored.batch(connection, number)
    if found is None:
        raise no_such_batch()
    return found


def _shown(batch: Batch) -> dict[str, Any]:
    said = asdict(batch)
    return {"from": said.pop("first"), "to": said.pop("last"), **said}


def _file(content: bytes, batch: str, form: FileFormat) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{batch}.{form.value}"'}
    return Response(content, media_type=form.media_type, headers=headers)
