"""Imports (批量导入) over HTTP: one CSV or xlsx file, one report. Either everything stands, or what ``partial`` allows."""

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, File, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from approval import handlers
from approval.api.columns import Column, columns_of, stated
from approval.api.sheets import read_sheet
from approval.domain.case import Statement
from approval.domain.intake import ImportCases, ImportReport, NotWritten, RowRefused
from approval.ports import StoredWork
from chassis.keys.holder import require_source
from chassis.problems import problem
from chassis.unit_of_work import UnitOfWork

_MOST_ERRORS = 1000
_OK = 200


class ImportAsked(BaseModel):
    """How to import (导入方式)."""

    model_config = ConfigDict(extra="forbid")

    dry_run: bool = Field(default=False, description="试运行：只检查，不写入 / check only, write nothing")
    existing: bool = Field(default=False, description="存量：只登记主体与对象 / take over licences in force, no tasks")
    partial: bool = Field(default=False, description="写入无误的行 / write the good rows")


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork], most_rows: int) -> None:
    """Put the route of imports on ``routes``; a file has at most ``most_rows`` rows."""

    @routes.post("/cases:import", tags=["办件 cases"], summary="导入 CSV 或 xlsx / import a file")
    async def import_file(
        file: Annotated[UploadFile, File(description="CSV (UTF-8, GB18030) 或 xlsx")],
        asked: Annotated[ImportAsked, Query()],
    ) -> Response:
        """200 with the report; 422 with the report when rows are faulty and nothing was written."""
        content = await file.read()
        columns, rows = await asyncio.to_thread(_read, content, most_rows, existing=asked.existing)
        for source_system in {said.source_system for _, said in rows if isinstance(said, Statement)}:
            require_source(source_system)
        command = ImportCases(
            rows=tuple((row, said) for row, said in rows if isinstance(said, Statement)),
            unreadable=tuple(said for _, said in rows if isinstance(said, RowRefused)),
            dry_run=asked.dry_run,
            partial=asked.partial,
        )
        try:
            report = await unit.run(handlers.import_cases, command)
        except NotWritten as refusal:
            if asked.dry_run:
                return _answer(refusal.report, columns)
            return _refused(refusal, columns)
        return _answer(report, columns)


def _read(
    content: bytes, most_rows: int, *, existing: bool
) -> tuple[dict[str, str], list[tuple[int, Statement | RowRefused]]]:
    sheet = read_sheet(content, most_rows)
    columns = columns_of(sheet)
    rows = [(number, stated(number, columns, cells, existing=existing)) for number, cells in sheet.rows]
    return _headings(columns, sheet.headings), rows


def _headings(columns: tuple[Column, ...], headings: tuple[str, ...]) -> dict[str, str]:
    """Pointer of a field → the heading its column has in this very file."""
    return {column.pointer: heading for column, heading in zip(columns, headings, strict=True)}


def _answer(report: ImportReport, columns: dict[str, str]) -> Response:
    return Response(msgspec.json.encode(_document(report, columns)), _OK, media_type="application/json")


def _refused(refusal: NotWritten, columns: dict[str, str]) -> Response:
    document = {**problem(refusal), **_document(refusal.report, columns)}
    return Response(msgspec.json.encode(document), refusal.status, media_type="application/problem+json")


def _document(report: ImportReport, columns: dict[str, str]) -> dict[str, Any]:
    errors = [
        {
            "row": refused.row,
            "column": columns.get(fault.pointer, ""),
            "pointer": fault.pointer,
            "code": refused.code,
            "zh": fault.zh,
            "en": fault.en,
        }
        for refused in report.refused
        for fault in refused.faults
    ]
    return {
        "rows": report.rows,
        "written": report.written,
        "duplicates": report.duplicates,
        "refused": len(report.refused),
        "dry_run": report.dry_run,
        "errors": errors[:_MOST_ERRORS],
        "errors_left_off": max(0, len(errors) - _MOST_ERRORS),
    }
