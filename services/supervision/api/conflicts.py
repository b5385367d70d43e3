"""Conflicts of interest over HTTP (回避接口): declare, list, end. A resident number is turned into its reference here."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import Acting, MayAct
from chassis.identity import IdentityKeys
from chassis.pages import Asked, Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import malformed
from kernel.subject import IdType, number_fault, tidy_number
from supervision import handlers, queries
from supervision.domain.conflict import DeclareConflict, EndConflict
from supervision.ports import StoredWork

_REFERENCE = 41
"""Characters of a reference: P and 40 hexadecimal digits."""


class ConflictForm(BaseModel):
    """申报回避: of a subject or of an object."""

    model_config = ConfigDict(extra="forbid")

    inspector: str
    id_type: str = ""
    id_no: str = ""
    source_system: str = ""
    object_no: str = ""
    reason: str
    valid_from: date | None = Field(None, description="缺省为今天 / from today on when left out")
    valid_to: date | None = None
    by: MayAct = Field(description="申报人；缺省为本人 / who declares it; the inspector when left out")

    def command(self, identity: IdentityKeys) -> DeclareConflict:
        """The command. Refuses ``invalid-content``."""
        number = _known_as(self.id_type, self.id_no, identity) if self.id_type and self.id_no else self.id_no
        said = self.model_dump() | {"id_no": number, "by": self.by or self.inspector}
        return DeclareConflict(**said)


class EndForm(BaseModel):
    """解除回避."""

    model_config = ConfigDict(extra="forbid")

    on: date
    by: Acting


class ConflictsAsked(PageAsked):
    """Which declarations (回避查询); ``id_no`` of a person is the reference."""

    inspector: Asked | None = None
    id_type: Asked | None = None
    id_no: Asked | None = None
    source_system: Asked | None = None
    object_no: Asked | None = None


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, identity: IdentityKeys) -> APIRouter:
    """The routes of conflicts of interest."""
    routes = APIRouter()

    @routes.post("/conflicts", status_code=201, summary="申报回避 / declare a conflict of interest")
    async def declared(form: ConflictForm, response: Response) -> dict[str, Any]:
        """Declare that an inspector stands aside from a subject or an object: 201 new, 200 the same again."""
        receipt = await unit.run(handlers.declare_conflict, form.command(identity))
        response.status_code = 200 if receipt.duplicate else 201
        return vars(receipt.conflict)

    @routes.get("/conflicts", summary="回避申报列表 / conflicts of interest")
    async def listed(asked: Annotated[ConflictsAsked, Query()]) -> Page:
        """Declarations in the order they were made, ended ones too."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        which = asked.model_dump(exclude={"cursor", "limit"})
        async with reading() as connection:
            items = await queries.conflicts(connection, which, str(after) if after else None, limit + 1)
        return page(items, ["conflict_id"], limit)

    @routes.post("/conflicts/{conflict_id}:end", summary="解除回避 / end a conflict of interest")
    async def ended(conflict_id: UUID, form: EndForm) -> dict[str, Any]:
        """End a declaration: ``on`` is the last day it holds, today or later."""
        command = EndConflict(conflict_id=str(conflict_id), **form.model_dump())
        return vars(await unit.run(handlers.end_conflict, command))

    return routes


def _known_as(id_type: str, number: str, identity: IdentityKeys) -> str:
    """The number as supervision knows a subject by it: tidy; of a natural person the reference, which may be given."""
    tidy = tidy_number(number)
    if id_type == IdType.RESIDENT and len(tidy) == _REFERENCE and tidy.startswith("P"):
        return tidy
    if fault := number_fault("/id_no", id_type, tidy):
        raise malformed([fault])
    return identity.reference(id_type, tidy) if id_type == IdType.RESIDENT else tidy
