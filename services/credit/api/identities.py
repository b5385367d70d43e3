"""Identities (主体身份) over HTTP: merge two numbers of one subject, take a wrong merger back."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis.access.acting import MayAct
from chassis.unit_of_work import UnitOfWork
from credit import handlers
from credit.api.paging import NO_NUL, check_key
from credit.domain.commands import MergeSubject, SplitSubject
from credit.domain.subject import Subject
from credit.ports import StoredWork
from kernel.subject import SubjectKey


class IdentityBody(BaseModel):
    """A number as events carry it; of a natural person the reference."""

    model_config = ConfigDict(extra="forbid")

    id_type: str = Field(max_length=20, pattern=NO_NUL)
    id_no: str = Field(min_length=1, max_length=200, pattern=NO_NUL)

    def key(self) -> SubjectKey:
        """The number. Refuses one that may not stand here."""
        check_key(self.id_type, self.id_no)
        return SubjectKey(self.id_type, self.id_no)


class SplitBody(BaseModel):
    """拆分: which identity stands alone again."""

    model_config = ConfigDict(extra="forbid")

    subject: IdentityBody
    by: MayAct = Field(max_length=64, pattern=NO_NUL)
    reason: str = Field("", max_length=500, pattern=NO_NUL)


class MergeBody(SplitBody):
    """合并: ``subject`` is another number of ``into``."""

    into: IdentityBody


def add_routes(routes: APIRouter, unit: UnitOfWork[StoredWork]) -> None:
    """Put the routes of identities on ``routes``."""

    @routes.post("/subjects:merge", tags=["主体 subjects"], summary="合并主体 / two numbers are one subject")
    async def merge(body: MergeBody) -> dict[str, Any]:
        """Records, score and grade count for both from now on; the history says who did it and why."""
        command = MergeSubject(subject=body.subject.key(), into=body.into.key(), by=body.by, reason=body.reason)
        return _shown(await unit.run(handlers.merge_subject, command))

    @routes.post("/subjects:split", tags=["主体 subjects"], summary="拆分主体 / take a merger back")
    async def split(body: SplitBody) -> dict[str, Any]:
        """The identity stands alone again, with the records told of it."""
        command = SplitSubject(subject=body.subject.key(), by=body.by, reason=body.reason)
        return _shown(await unit.run(handlers.split_subject, command))


def _shown(subject: Subject) -> dict[str, Any]:
    told = subject.standing
    return {
        "subject": {"id_type": subject.root.key.id_type, "id_no": subject.root.key.id_no},
        "identities": [{"id_type": i.key.id_type, "id_no": i.key.id_no} for i in subject.identities],
        "grade": told.grade if told else None,
        "score": told.score if told else None,
        "records": len(subject.records),
    }
