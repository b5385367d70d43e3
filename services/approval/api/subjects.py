"""Natural persons (自然人) over HTTP: found by number in a body, masked; revealed to who says what for and why."""

import asyncio
import csv
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from typing import Annotated, Any

from fastapi import APIRouter, File, Path, Query, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from approval import handlers, queries
from approval.api.paging import Cursor, Limit, Page, Place, Reading, opened, page
from approval.api.sheets import read_sheet
from approval.domain.content import askable
from approval.domain.reveal import CompleteFile, PersonKept, RevealPurpose, RevealSubject
from approval.handlers.reveals import StoredRevealWork
from approval.ports import Identity
from chassis.access.acting import Acting
from chassis.unit_of_work import UnitOfWork
from kernel.placeholder import is_placeholder, reference_in, references_in
from kernel.refusal import Fault, malformed
from kernel.subject import tidy_number

Reference = Annotated[str, Path(pattern=r"^P[0-9A-F]{40}$", description="主体引用 / subject reference")]
_TAG = "主体 subjects"


class NumberForm(BaseModel):
    """按号码查找."""

    model_config = ConfigDict(extra="forbid")

    id_no: str = Field(min_length=1, max_length=64, description="证件号码 / identity number")


class RevealForm(BaseModel):
    """查看明文."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64, description="查看人编码 / who asks")
    purpose: RevealPurpose = Field(description="用途 / what for")
    reason: str = Field(max_length=500, description="理由，至少四个字 / why, four characters at least")


class CompleteAsked(BaseModel):
    """补全文件: who and why."""

    model_config = ConfigDict(extra="forbid")

    by: Acting = Field(max_length=64, description="经办人编码 / who asks")
    reason: str = Field(max_length=500, description="理由，至少四个字 / why, four characters at least")


class RevealsAsked(BaseModel):
    """Which traces."""

    model_config = ConfigDict(extra="forbid")

    reference: str | None = Field(None, pattern=r"^P[0-9A-F]{40}$", description="主体引用 / subject reference")
    by: str | None = Field(None, max_length=64)
    cursor: Cursor = ""
    limit: Limit = 50


def add_routes(
    routes: APIRouter, unit: UnitOfWork[StoredRevealWork], reading: Reading, identity: Identity, most_rows: int
) -> None:
    """Put the routes of subjects on ``routes``; a file to complete has at most ``most_rows`` rows."""

    @routes.post("/subjects:query", tags=[_TAG], summary="按号码查找自然人（脱敏）/ find persons by number, masked")
    async def find(form: NumberForm) -> dict[str, Any]:
        """By the blind index, without opening others; the number stands in no address and in no log."""
        number = tidy_number(form.id_no)
        if not number or not askable(number):
            raise malformed([Fault(pointer="/id_no", zh="号码含有无法识别的字符", en="the number has odd characters")])
        async with reading() as connection:
            return {"items": await queries.persons_with(connection, identity, number)}

    @routes.post("/subjects/{reference}:reveal", tags=[_TAG], summary="查看号码与姓名 / reveal number and name")
    async def reveal(reference: Reference, form: RevealForm, response: Response) -> dict[str, Any]:
        """For a named person with a purpose and a reason; each time leaves a trace, and nothing keeps the answer."""
        command = RevealSubject(reference=reference, by=form.by, purpose=form.purpose, reason=form.reason)
        response.headers["cache-control"] = "no-store"
        return asdict(await unit.run(handlers.reveal_subject, command))

    @routes.post("/exports:complete", tags=["报送 exports"], summary="补全监管报送文件 / fill in a file of supervision")
    async def complete(
        file: Annotated[UploadFile, File(description="CSV (UTF-8) 或 xlsx")], asked: Annotated[CompleteAsked, Query()]
    ) -> Response:
        """The same rows as CSV with number and name in place of each placeholder; every person leaves a trace."""
        sheet = await asyncio.to_thread(read_sheet, await file.read(), most_rows)
        rows = [list(sheet.headings), *([str(cell) for cell in cells] for _, cells in sheet.rows)]
        references = references_in(cell for row in rows for cell in row)
        command = CompleteFile(references=tuple(sorted(references)), by=asked.by, reason=asked.reason)
        known = await unit.run(handlers.complete_file, command)
        headers = {"cache-control": "no-store", "content-disposition": 'attachment; filename="complete.csv"'}
        return Response(_completed(rows, known), media_type="text/csv; charset=utf-8", headers=headers)

    @routes.get("/reveals", tags=[_TAG], summary="谁看过谁的明文 / who had whom revealed")
    async def traces(asked: Annotated[RevealsAsked, Query()]) -> Page:
        """Traces, newest first."""
        if asked.by and not askable(asked.by):
            raise malformed([Fault(pointer="/by", zh="含有控制字符", en="contains control characters")])
        before = opened(asked.cursor, Place)
        async with reading() as connection:
            found = await queries.reveals(
                connection, {"reference": asked.reference, "by": asked.by}, before, asked.limit + 1
            )
        return page(found, [row["id"] for row in found], asked.limit)


def _completed(rows: Sequence[Sequence[str]], known: Mapping[str, PersonKept]) -> bytes:
    target = StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerows([_cell(cell, known) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _cell(cell: str, known: Mapping[str, PersonKept]) -> str:
    if not is_placeholder(cell):
        return cell
    person = known[reference_in(cell)]
    return person.id_no if cell.startswith("P") else person.name
