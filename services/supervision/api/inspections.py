"""Inspections over HTTP and NATS (检查接口): one, a batch of lines, or an intake message; the same JSON everywhere.

One inspection is read by pydantic, which names every fault; a line of a batch by msgspec, which names the first.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.keys.holder import require_source
from chassis.ndjson import batch_response, decoded
from chassis.unit_of_work import UnitOfWork
from contracts.intake import MOST_INSPECTORS, MOST_LINES, InspectionDocument
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.refusal import Refusal
from supervision import handlers
from supervision.domain.inspection import ConcludeInspection, Finding, Line, Report
from supervision.handlers import InspectionReceipt
from supervision.ports import StoredWork


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LineForm(_Form):
    """检查项结果."""

    code: str
    result: LineResult


class FindingForm(_Form):
    """检查发现的问题."""

    line_code: str
    severity: Severity
    note: str = ""


class ReportForm(_Form):
    """What was found (检查结果单)."""

    inspection_no: str
    inspected_on: date
    inspectors: list[str] = Field(max_length=MOST_INSPECTORS)
    result: InspectionResult
    lines: list[LineForm] = Field([], max_length=MOST_LINES)
    findings: list[FindingForm] = Field([], max_length=MOST_LINES)
    code_shown: bool | None = Field(None, description="是否亮码 / the code was shown")
    code_excuse: str = Field("", description="未亮码理由 / why it was not")
    for_cause: bool | None = Field(None, description="是否有因检查 / a complaint or clue made it")
    result_class: str = Field("", description="公示的抽查结果类型，缺省按检查结果 / class it is publicised under")


class InspectionForm(ReportForm):
    """An inspection of an object (检查)."""

    source_system: str
    object_no: str
    object_version: int | None = Field(None, ge=1, description="已知的对象决定序号 / decision of the object known of")
    object_name: str = ""
    region: str | None = None


_decoder = msgspec.json.Decoder(InspectionDocument)


def report_of(form: ReportForm | InspectionDocument) -> Report:
    """The report. Refuses ``invalid-content``."""
    return Report(
        inspection_no=form.inspection_no,
        inspected_on=form.inspected_on,
        inspectors=tuple(form.inspectors),
        result=form.result,
        lines=tuple(Line(line.code, line.result) for line in form.lines),
        findings=tuple(Finding(found.line_code, found.severity, found.note) for found in form.findings),
        code_shown=form.code_shown,
        code_excuse=form.code_excuse,
        for_cause=form.for_cause,
        result_class=form.result_class,
    )


def command_of(form: InspectionForm | InspectionDocument) -> ConcludeInspection:
    """The command. Refuses ``invalid-content``, ``source-not-allowed``."""
    require_source(form.source_system)
    return ConcludeInspection(
        source_system=form.source_system,
        object_no=form.object_no,
        object_version=form.object_version,
        object_name=form.object_name,
        region=form.region,
        report=report_of(form),
    )


def decode_inspection(body: bytes) -> ConcludeInspection:
    """A line of a batch or an intake message. Refuses ``invalid-content``."""
    return command_of(decoded(_decoder, body))


def router(unit: UnitOfWork[StoredWork]) -> APIRouter:
    """The routes of inspections."""
    routes = APIRouter()

    @routes.post("/inspections", status_code=201, summary="报送检查 / conclude by object")
    async def one(form: InspectionForm, response: Response) -> dict[str, Any]:
        """One inspection: 201 new, 200 the same again, 409 ``object-behind`` try again in a moment."""
        receipt = await unit.run(handlers.conclude_inspection, command_of(form))
        response.status_code, answer = answer_of(receipt)
        return answer

    @routes.post("/inspections:batch", summary="批量报送检查 / NDJSON, one answer per line")
    async def batch(request: Request) -> StreamingResponse:
        """Many inspections, one per line; each line has its own status."""

        async def run(commands: Sequence[ConcludeInspection]) -> list[InspectionReceipt | Refusal]:
            return await unit.run_each(handlers.conclude_inspection, commands)

        return batch_response(request, decode_inspection, run, answer_of)

    return routes


def answer_of(receipt: InspectionReceipt) -> tuple[int, dict[str, Any]]:
    """Status and members of the answer to one inspection."""
    return 200 if receipt.duplicate else 201, vars(receipt)
