"""Imports step by step (批量导入) over HTTP: upload, say which column is what, look at every fault, import, undo.

The same rules as ``cases:import``, for people: the file waits here, sealed, between the steps, and rows are registered in
portions, so that a large file shows how far it is and a broken connection loses nothing.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils import uuid7

from approval import handlers, queries
from approval.api.annotated import annotated, cell_text
from approval.api.columns import COLUMNS
from approval.api.mapping import headings_by_pointer, rows_of, suggested
from approval.api.paging import Code, Cursor, Limit, Page, Reading, opened, page
from approval.api.sheets import Sheet, read_sheet
from approval.domain.case import Statement
from approval.domain.import_batch import (
    NoteCheck,
    RunImport,
    TakeFile,
    UndoImport,
    content_gone,
    no_such_batch,
    not_yours,
)
from approval.domain.intake import ImportCases, ImportReport, NotWritten, RowRefused
from approval.handlers.imports import StoredImportWork
from approval.ports import Identity, StoredWork
from chassis.access.acting import Acting
from chassis.access.principal import present
from chassis.audit.trail import PERSONAL
from chassis.unit_of_work import UnitOfWork
from kernel.clock import Clock
from kernel.masking import discreet
from kernel.sealed import Place

PORTION = 500
"""Rows that are registered together (每段行数)."""
PREVIEW = 50
"""Rows shown for looking at (预览行数)."""
_TAG = "批量导入 imports"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Batch = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$", description="导入批次 / id of the import")]


class UploadSaid(BaseModel):
    """What is said of a file (文件说明)."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="文件名 / file name")
    by: Acting = Field(max_length=64, description="经办人编码 / who uploads it")


class CheckForm(BaseModel):
    """核对: which heading fills which field, and what every row says alike."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64)
    columns: dict[str, str] = Field(description="字段 → 文件中的列名 / field → heading")
    fixed: dict[str, str] = Field({}, description="字段 → 每行相同的值 / field → what every row says")
    existing: bool = Field(default=False, description="存量：只登记 / take over licences in force, no tasks")


class RunForm(BaseModel):
    """导入下一段."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64)
    partial: bool = Field(default=False, description="只导入无误的行 / only the good rows")


class UndoForm(BaseModel):
    """取消导入."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64)
    reason: str = Field(max_length=500, description="理由，至少四个字 / why, four characters at least")
    preview: bool = Field(default=False, description="只看会怎样 / only tell what would be done")


@dataclass(frozen=True)
class ImportDesk:
    """What the routes of imports work with (导入台)."""

    unit: UnitOfWork[StoredWork]
    imports: UnitOfWork[StoredImportWork]
    reading: Reading
    identity: Identity
    clock: Clock
    region: str
    most_rows: int
    place: Callable[[str], Place]
    """Batch → where its file is sealed."""

    async def one(self, batch: str) -> dict[str, Any]:
        """A batch as it is kept. Refuses ``not-found``."""
        async with self.reading() as connection:
            found = await queries.import_batch(connection, batch)
        if found is None:
            raise no_such_batch()
        return found

    async def sheet(self, batch: str) -> tuple[dict[str, Any], Sheet]:
        """A batch with its file, for its uploader. Refuses ``not-found``, ``not-yours``, ``content-gone``."""
        found = await self.one(batch)
        if found["by"] != present().id:
            raise not_yours()
        if found["sealed"] is None:
            raise content_gone()
        return found, await asyncio.to_thread(self._opened, found["sealed"], batch)

    def sealed(self, content: bytes, batch: str) -> bytes:
        """A file as it is kept."""
        return self.identity.seal(b64encode(content).decode(), self.place(batch))

    def _opened(self, sealed: bytes, batch: str) -> Sheet:
        return read_sheet(b64decode(self.identity.open(sealed, self.place(batch))), self.most_rows)


def router(desk: ImportDesk) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/api/v1", tags=[_TAG])
    _add_lists(routes, desk)
    _add_contents(routes, desk)
    _add_steps(routes, desk)
    return routes


def _add_lists(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.post("/imports", status_code=201, summary="上传文件 / upload a file", openapi_extra={"requestBody": _BODY})
    async def uploaded(said: Annotated[UploadSaid, Query()], request: Request) -> dict[str, Any]:
        """The bytes are the body: CSV (UTF-8, GB18030), xlsx or xls. Nothing is registered yet; kept sealed for 30 days."""
        content = await request.body()
        sheet = await asyncio.to_thread(read_sheet, content, desk.most_rows)
        batch = str(uuid7())
        command = TakeFile(
            batch=batch,
            by=said.by,
            name=discreet(said.name.strip()) or "import",
            sha256=sha256(content).hexdigest(),
            rows=len(sheet.rows),
            sealed=await asyncio.to_thread(desk.sealed, content, batch),
        )
        await desk.imports.run(handlers.take_file, command)
        return await _whole(desk, await desk.one(batch))

    @routes.get("/imports", summary="导入批次 / imports")
    async def listed(cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Who imported what, newest first; without rows of any file."""
        before = opened(cursor, Code)
        async with desk.reading() as connection:
            found = await queries.import_batches(connection, before, limit + 1)
        return page(found, [row["batch"] for row in found], limit)

    @routes.get("/imports/{batch}", summary="一个批次 / one import")
    async def one(batch: Batch) -> dict[str, Any]:
        """As it stands; ``same`` are earlier imports of the very same file."""
        return await _whole(desk, await desk.one(batch))


def _add_contents(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.get("/imports/{batch}/preview", summary="前 50 行 / the first rows", openapi_extra=PERSONAL)
    async def preview(batch: Batch) -> dict[str, Any]:
        """Headings, a suggestion what they are, and the first rows with their faults. For the uploader alone."""
        found, sheet = await desk.sheet(batch)
        columns, fixed = suggested(sheet.headings, desk.region)
        names = headings_by_pointer(found["columns"])
        faults = {each.row: [_fault(fault, names) for fault in each.faults] for each in _refused(found)}
        rows = [
            {"row": number, "cells": [cell_text(cell) for cell in cells], "faults": faults.get(number, [])}
            for number, cells in sheet.rows[:PREVIEW]
        ]
        return {"headings": sheet.headings, "suggested": {"columns": columns, "fixed": fixed}, "rows": rows}

    @routes.get("/imports/{batch}/annotated", summary="标注文件 / the file with its faults", openapi_extra=PERSONAL)
    async def file(batch: Batch) -> Response:
        """The uploaded rows as xlsx, each with what is wrong with it. For the uploader alone."""
        found, sheet = await desk.sheet(batch)
        content = await asyncio.to_thread(annotated, sheet, _refused(found), headings_by_pointer(found["columns"]))
        name = quote(f"{found['name'].rpartition('.')[0] or found['name']}-核对.xlsx")
        said = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        return Response(content, media_type=_XLSX, headers=said)


def _add_steps(routes: APIRouter, desk: ImportDesk) -> None:
    @routes.post("/imports/{batch}:check", summary="核对 / judge every row, write none")
    async def check(batch: Batch, form: CheckForm) -> dict[str, Any]:
        """Judge all rows as the import would; nothing is registered. The columns said here are those of the import."""
        _, sheet = await desk.sheet(batch)
        columns, fixed = _said(form.columns), _said(form.fixed)
        rows = await asyncio.to_thread(rows_of, sheet, columns, fixed, existing=form.existing)
        report = await _judged(desk, _cases(rows, dry_run=True))
        command = NoteCheck(
            batch=batch,
            by=form.by,
            columns=columns,
            fixed={field: text for field, text in fixed.items() if field not in columns},
            existing=form.existing,
            written=report.written,
            duplicates=report.duplicates,
            refused=report.refused,
        )
        await desk.imports.run(handlers.note_check, command)
        return await _whole(desk, await desk.one(batch))

    @routes.post("/imports/{batch}:run", summary="导入下一段 / import the next portion")
    async def run(batch: Batch, form: RunForm) -> dict[str, Any]:
        """Register the next 500 rows; ask again until ``state`` is DONE. A portion stands whole or not at all."""
        found, sheet = await desk.sheet(batch)
        after = found["taken"] if found["state"] == "RUNNING" else 0
        portion = Sheet(sheet.headings, sheet.rows[after : after + PORTION])
        rows: list[tuple[int, Statement | RowRefused]] = []
        if found["state"] in {"CHECKED", "RUNNING"}:
            rows = rows_of(portion, found["columns"], found["fixed"], existing=found["existing"])
        command = RunImport(
            batch=batch,
            by=form.by,
            after=after,
            size=len(portion.rows),
            last=after + PORTION >= len(sheet.rows),
            now=desk.clock.now(),
            cases=_cases(rows, partial=form.partial),
        )
        await desk.imports.run(handlers.run_import, command)
        return await _whole(desk, await desk.one(batch))

    @routes.post("/imports/{batch}:undo", summary="取消导入 / undo an import")
    async def undo(batch: Batch, form: UndoForm) -> dict[str, Any]:
        """Correct each case nobody acted on to 存量 (registered only), upon which its open tasks are cancelled."""
        command = UndoImport(batch=batch, by=form.by, reason=form.reason.strip(), preview=form.preview)
        report = await desk.imports.run(handlers.undo_import, command)
        stay = [{"why": why.value, "rows": list(rows)} for why, rows in report.stay.items()]
        return await _whole(desk, await desk.one(batch)) | {"taken_back": report.taken_back, "stay": stay}


async def _judged(desk: ImportDesk, command: ImportCases) -> ImportReport:
    try:
        return await desk.unit.run(handlers.import_cases, command)
    except NotWritten as told:
        return told.report


def _cases(
    rows: list[tuple[int, Statement | RowRefused]], *, dry_run: bool = False, partial: bool = True
) -> ImportCases:
    return ImportCases(
        rows=tuple((row, said) for row, said in rows if isinstance(said, Statement)),
        unreadable=tuple(said for _, said in rows if isinstance(said, RowRefused)),
        dry_run=dry_run,
        partial=partial,
    )


async def _whole(desk: ImportDesk, found: Mapping[str, Any]) -> dict[str, Any]:
    """A batch as it is answered, with its first faults and the fields a file may have."""
    async with desk.reading() as connection:
        same = await queries.same_file(connection, found["batch"], found["sha256"])
    names = headings_by_pointer(found["columns"])
    errors = [{"row": each.row, **_fault(fault, names)} for each in _refused(found) for fault in each.faults]
    return {
        **{name: value for name, value in found.items() if name not in {"sealed", "refused"}},
        "file_kept": found["sealed"] is not None,
        "same": same,
        "errors": errors[:_MOST_ERRORS],
        "errors_left_off": max(0, len(errors) - _MOST_ERRORS),
        "fields": [{"name": each.name, "zh": each.zh, "required": each.required} for each in COLUMNS],
    }


_MOST_ERRORS = 200


def _refused(found: Mapping[str, Any]) -> tuple[RowRefused, ...]:
    return msgspec.convert(found["refused"], type=tuple[RowRefused, ...])


def _fault(fault: Any, names: Mapping[str, str]) -> dict[str, str]:
    return {"column": names.get(fault.pointer, ""), "pointer": fault.pointer, "zh": fault.zh, "en": fault.en}


def _said(texts: Mapping[str, str]) -> dict[str, str]:
    return {field: text.strip() for field, text in texts.items() if text.strip()}


_BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
