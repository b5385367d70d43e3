"""Audit over HTTP (审计查询): the log for the auditor, newest first. Each look at it is an entry as well."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.access.principal import PrincipalKind, present
from chassis.audit.entries import Result
from chassis.audit.trail import PERSONAL
from chassis.ids import first_id
from chassis.instant import Instant
from kernel.refusal import Refusal
from kernel.role import Role

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
Word = Annotated[str, Field(max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]

_SHOWN = "id, at, stack_at, principal, kind, roles, by, action, object, result, code, correlation, request, remote"
_CONDITIONS = {
    "principal": "principal = :principal",
    "by": "by = :by",
    "object": "object = :object",
    "action": "action = :action",
    "result": "result = :result",
    "request": "request = :request",
    "correlation": "correlation = :correlation",
    "begin": "at >= :begin AND id >= :first",
    "end": "at < :end AND id < :last",
    "cursor": "id < :cursor",
}


_NEAR = timedelta(minutes=1)
_ID_BOUNDS = {"begin": ("first", -_NEAR), "end": ("last", _NEAR)}
"""A time is looked for by the ids made about then: the list is in their order."""


class AuditAsked(BaseModel):
    """Which entries (审计查询条件); ``from`` is included, ``to`` is not."""

    model_config = ConfigDict(extra="forbid")

    principal: Word | None = Field(None, description="访问者 / who was signed in")
    by: Word | None = Field(None, description="经办人 / who a system said acted")
    object: Word | None = Field(None, description="对象 / what it was done to")
    action: Word | None = Field(None, description="动作，如 POST /api/v1/cases / the route or use case")
    result: Result | None = None
    request: Word | None = None
    correlation: Word | None = Field(None, description="链路编号 / trace id")
    begin: Instant | None = Field(None, alias="from")
    end: Instant | None = Field(None, alias="to")
    cursor: UUID | None = Field(None, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


def audit_router(reading: Reading) -> APIRouter:
    """The route, the same in every service."""
    routes = APIRouter(prefix="/api/v1", tags=["audit"])

    @routes.get("/audit", summary="审计查询 / the audit log", openapi_extra=PERSONAL)
    async def listed(asked: Annotated[AuditAsked, Query()]) -> dict[str, Any]:
        """Entries, newest first. Refuses ``auditor-only`` (403)."""
        _require_auditor()
        given = {name: value for name, value in asked.model_dump(exclude={"limit"}).items() if value is not None}
        where = " AND ".join(_CONDITIONS[name] for name in given) or "true"
        given |= {bound: first_id(given[name], near) for name, (bound, near) in _ID_BOUNDS.items() if name in given}
        query = f"SELECT {_SHOWN}, refs, cardinality(heard) AS heard FROM audit_entry WHERE {where} ORDER BY id DESC LIMIT :rows"  # noqa: S608 - constants
        async with reading() as connection:
            found = (await connection.execute(text(query), given | {"rows": asked.limit + 1})).mappings().all()
        items = [_shown(dict(row)) for row in found[: asked.limit]]
        return {"items": items, "next": items[-1]["id"] if len(found) > asked.limit else None}

    return routes


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """An entry as it is answered: ``rows`` it vouches for, the number of events it ``heard``."""
    rows = row.pop("refs")
    return row | {"id": str(row["id"]), "roles": [role for role in row["roles"].split(",") if role], "rows": rows}


def _require_auditor() -> None:
    who = present()
    if who.kind is not PrincipalKind.SERVICE and Role.AUDITOR not in who.roles:
        raise Refusal(
            code="auditor-only",
            zh="审计日志只供审计管理员查阅",
            en="The audit log is for the audit administrator alone",
            status=403,
        )
