"""Catalogue and inspectors over HTTP (目录与执法人员接口)."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.ndjson import batch_response, decoded
from chassis.problems import not_found
from chassis.unit_of_work import UnitOfWork
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from supervision import handlers, queries
from supervision.api.pages import Asked, Page, PageAsked, Reading, page
from supervision.domain.catalogue import CatalogueVersion, Checklist, ChecklistLine, Link
from supervision.domain.inspector import Inspector
from supervision.handlers import RegisterReceipt
from supervision.ports import StoredWork

MOST = 100_000


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ChecklistLineForm(_Form):
    """检查项."""

    code: str
    text: str


class ChecklistForm(_Form):
    """检查表."""

    code: str
    name: str
    lines: list[ChecklistLineForm] = Field(max_length=1000)


class LinkForm(_Form):
    """联动关系."""

    code: str
    item_code: str
    kinds: list[DecisionKind] = Field(max_length=len(DecisionKind))
    department: str
    check_kind: str
    checklist: str
    effective_from: date
    effective_to: date | None = None


class CatalogueForm(_Form):
    """A catalogue file (事项目录文件), one version whole."""

    version: str
    effective_from: date
    effective_to: date | None = None
    checklists: list[ChecklistForm] = Field(max_length=MOST)
    links: list[LinkForm] = Field(max_length=MOST)

    def command(self) -> CatalogueVersion:
        """The version. Refuses ``invalid-content`` with every fault."""
        return CatalogueVersion(
            version=self.version,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            checklists=tuple(
                Checklist(
                    code=checklist.code,
                    name=checklist.name,
                    lines=tuple(ChecklistLine(code=line.code, text=line.text) for line in checklist.lines),
                )
                for checklist in self.checklists
            ),
            links=tuple(Link(**{**dict(link), "kinds": frozenset(link.kinds)}) for link in self.links),
        )


class InspectorDocument(msgspec.Struct, forbid_unknown_fields=True):
    """A line of the inspectors' batch (执法人员)."""

    code: str
    name: str
    department: str


class InspectorsAsked(PageAsked):
    """Which inspectors (执法人员查询)."""

    department: Asked | None = None


_decoder = msgspec.json.Decoder(InspectorDocument)


def decode_inspector(line: bytes) -> Inspector:
    """A line of the batch. Refuses ``invalid-content``."""
    said = decoded(_decoder, line)
    return Inspector(code=said.code, name=said.name, department=said.department)


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int) -> APIRouter:
    """The routes of the catalogue and of inspectors."""
    routes = APIRouter()

    @routes.post("/catalogue-versions", status_code=201, summary="载入目录版本 / load a version")
    async def load(form: CatalogueForm, response: Response) -> dict[str, Any]:
        """Load a version: 201 new, 200 the same again, 409 ``catalogue-differs``; all faults of the file at once."""
        receipt = await unit.run(handlers.load_catalogue, form.command())
        response.status_code = 200 if receipt.duplicate else 201
        return vars(receipt)

    @routes.get("/catalogue-versions", summary="目录版本 / versions")
    async def versions() -> Page:
        """Every version in the order they were loaded."""
        async with reading() as connection:
            return Page(items=await queries.catalogue_versions(connection), next=None)

    @routes.get("/catalogue-versions/{version}", summary="目录内容 / one version whole")
    async def version_content(version: Asked) -> Any:
        """One version as it was loaded."""
        async with reading() as connection:
            content = await queries.catalogue_content(connection, version)
        if content is None:
            raise not_found(
                f"目录版本 {version}，请先查询版本列表", f"catalogue version {version}; list the versions first"
            )
        return content

    @routes.post("/inspectors:batch", summary="登记执法人员 / NDJSON, one answer per line")
    async def register(request: Request) -> StreamingResponse:
        """Register inspectors or renew their name and department: 201 new, 200 known."""

        async def run(commands: Sequence[Inspector]) -> list[RegisterReceipt | Refusal]:
            return await unit.run_each(handlers.register_inspector, commands)

        return batch_response(request, decode_inspector, run, _answer)

    @routes.get("/inspectors", summary="执法人员 / inspectors")
    async def inspectors(asked: Annotated[InspectorsAsked, Query()]) -> Page:
        """Inspectors in the order of their codes."""
        limit = asked.within(page_limit)
        async with reading() as connection:
            items = await queries.inspectors(connection, asked.department, asked.after(str), limit + 1)
        return page(items, ["code"], limit)

    return routes


def _answer(receipt: RegisterReceipt) -> tuple[int, dict[str, Any]]:
    return 201 if receipt.created else 200, {"code": receipt.code, "duplicate": receipt.duplicate}
