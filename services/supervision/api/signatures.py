"""Signatures over HTTP (签名接口). A name comes in whole, is kept sealed, and is shown masked."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from uuid_utils import uuid7

from chassis.access.acting import Acting
from chassis.identity import IdentityKeys
from chassis.pages import Page, PageAsked, Reading, page
from chassis.unit_of_work import UnitOfWork
from kernel.masking import masked_name
from kernel.refusal import malformed
from supervision import handlers, queries
from supervision.domain.content import name_faults
from supervision.domain.refusals import no_such_task
from supervision.domain.signature import AddSignature, SignerRole, name_place
from supervision.ports import StoredWork

_LONGEST_NAME = 100


class SignatureForm(BaseModel):
    """签名、拒签."""

    model_config = ConfigDict(extra="forbid")

    inspection_no: str
    role: SignerRole
    code: str = Field("", description="执法人员编号 / code of the officer who signs")
    name: str = Field("", description="当事人、见证人姓名 / name of the party or the witness")
    evidence: str = Field("", description="签名图片的 SHA-256 / hash of the picture among the evidence of the task")
    on_paper: bool = Field(default=False, description="纸质签名：在纸质笔录上签 / signed by hand on the paper record")
    refused: bool = Field(default=False, description="拒签 / refused to sign")
    reason: str = Field("", description="拒签原因 / why")
    by: Acting = Field(description="记录的执法人员编号 / code of the officer who records it")

    def command(self, task_id: str, identity: IdentityKeys) -> AddSignature:
        """The command. Refuses ``invalid-content``."""
        name = self.name.strip()
        if faults := name_faults("/name", name, longest=_LONGEST_NAME, required=False):
            raise malformed(faults)
        signature_id = str(uuid7())
        return AddSignature(
            signature_id=signature_id,
            task_id=task_id,
            masked_name=masked_name(name),
            sealed_name=identity.seal(name, name_place(signature_id)) if name else None,
            **self.model_dump(exclude={"name"}),
        )


def router(unit: UnitOfWork[StoredWork], reading: Reading, page_limit: int, identity: IdentityKeys) -> APIRouter:
    """The routes of signatures."""
    routes = APIRouter()

    @routes.post("/tasks/{task_id}/signatures", status_code=201, summary="签名 / sign an inspection, or refuse to")
    async def signed(task_id: UUID, form: SignatureForm) -> dict[str, Any]:
        """Record a signature or its refusal; nothing of it is changed afterwards."""
        signature = await unit.run(handlers.add_signature, form.command(str(task_id), identity))
        return {name: value for name, value in vars(signature).items() if name != "sealed_name"}

    @routes.get("/tasks/{task_id}/signatures", summary="签名列表 / signatures of a task")
    async def listed(task_id: UUID, asked: Annotated[PageAsked, Query()]) -> Page:
        """Signatures in the order they were recorded, names masked."""
        limit, after = asked.within(page_limit), asked.after(UUID)
        async with reading() as connection:
            if not await queries.has_task(connection, str(task_id)):
                raise no_such_task(str(task_id))
            items = await queries.signatures_of(connection, str(task_id), str(after) if after else None, limit + 1)
        return page(items, ["signature_id"], limit)

    return routes
