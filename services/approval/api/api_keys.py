"""API keys (接口密钥) over HTTP, for the security administrator: make, list, revoke. The secret is in one answer alone."""

from datetime import date
from enum import Enum
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from approval import handlers, queries
from approval.api.paging import Code, Cursor, Limit, Page, Reading, opened, page
from approval.domain.api_key import ApiKey, KeyGrant, MakeKey, RevokeKey
from chassis.access.acting import Acting
from chassis.keys.secret import issue
from chassis.unit_of_work import UnitOfWork

_TAGS: list[str | Enum] = ["接口密钥 API keys"]
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$", description="密钥编号 / id of the key")]


class KeyBody(BaseModel):
    """发放密钥."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="名称：给哪个系统 / the system it is for")
    scopes: tuple[str, ...] = Field(description="接口范围，如 POST /api/v1/cases / what it opens")
    source_systems: tuple[str, ...] = Field(description="可代为提交的来源系统 / source systems it may send for")
    regions: tuple[str, ...] = Field(("*",), description="区划 / regions")
    departments: tuple[str, ...] = Field(("*",), description="部门 / departments")
    expires_on: date = Field(description="最后一天 / the last day")
    by: Acting


class RevokeBody(BaseModel):
    """撤销密钥."""

    model_config = ConfigDict(extra="forbid")

    by: Acting
    reason: str = Field(description="理由 / why")


def add_routes(routes: APIRouter, unit: UnitOfWork[Any], reading: Reading) -> None:
    """Put the routes of API keys on ``routes``."""

    @routes.post("/api-keys", status_code=201, tags=_TAGS, summary="发放密钥 / make a key")
    async def make(body: KeyBody) -> dict[str, Any]:
        """The only answer with the secret, under ``token``: it is kept nowhere."""
        issued = issue()
        grant = KeyGrant(
            name=body.name.strip(),
            scopes=tuple(sorted(set(body.scopes))),
            source_systems=tuple(sorted(set(body.source_systems))),
            regions=tuple(sorted(set(body.regions))),
            departments=tuple(sorted(set(body.departments))),
            expires_on=body.expires_on,
        )
        key = await unit.run(
            handlers.make_key,
            MakeKey(key_id=issued.key_id, digest=issued.digest, grant=grant, by=body.by.strip()),
        )
        return shown(key) | {"token": issued.token}

    @routes.get("/api-keys", tags=_TAGS, summary="密钥 / keys")
    async def listed(cursor: Cursor = "", limit: Limit = 50) -> Page:
        """Every key with its scopes and the day it was last used here; never a secret."""
        after = opened(cursor, Code) or ""
        async with reading() as connection:
            found = await queries.api_keys(connection, after, limit + 1)
        return page(found, [row["key_id"] for row in found], limit)

    @routes.post("/api-keys/{key_id}:revoke", tags=_TAGS, summary="撤销密钥 / revoke a key")
    async def revoke(key_id: Id, body: RevokeBody) -> dict[str, Any]:
        """At once here, and in the other services as soon as they are told; repeated without effect."""
        command = RevokeKey(key_id=key_id, by=body.by.strip(), reason=body.reason.strip())
        return shown(await unit.run(handlers.revoke_key, command))


def shown(key: ApiKey) -> dict[str, Any]:
    """A key as it is shown: what it opens and who is responsible for it."""
    grant = key.grant
    return {
        "key_id": key.key_id,
        "name": grant.name,
        "scopes": grant.scopes,
        "source_systems": grant.source_systems,
        "regions": grant.regions,
        "departments": grant.departments,
        "expires_on": grant.expires_on,
        "made_by": key.made_by,
        "made_at": key.made_at,
        "revoked": key.revoked_at is not None,
        "revoked_by": key.revoked_by,
        "revoked_at": key.revoked_at,
        "revoked_why": key.revoked_why,
    }
