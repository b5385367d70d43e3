"""Secrets of webhooks over HTTP (回调密钥接口), for the security administrator; a secret is in one answer alone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.access.acting import Acting
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks.keeping import AddSecret, RetireSecret, WebhookSecret, add_secret, retire_secret
from chassis.webhooks.secret import new_secret

_LIST = text("""
SELECT source_system, number, added_by, added_at, retired_by, retired_at, retired_why FROM webhook_secret
 WHERE (source_system, number) > (:source, :number) ORDER BY source_system, number LIMIT :limit
""")
Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


class SecretBody(BaseModel):
    """添加回调密钥."""

    model_config = ConfigDict(extra="forbid")

    source_system: str = Field(description="来源系统 / source system")
    by: Acting


class RetireBody(BaseModel):
    """停用回调密钥."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(ge=1, le=2**31 - 1, description="序号 / number")
    by: Acting
    reason: str = Field(description="理由 / why")


class SecretsAsked(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", pattern=r"^([a-z0-9][a-z0-9_.\-]{0,31}:[0-9]{1,9})?$", description="上一页返回的 next")
    limit: int = Field(50, ge=1, le=500)


def secrets_router(unit: UnitOfWork[Any], reading: Reading) -> APIRouter:
    """The routes, the same in every service that takes webhooks."""
    routes = APIRouter(prefix="/api/v1", tags=["回调 webhooks"])

    @routes.post("/webhook-secrets", status_code=201, summary="添加回调密钥 / add a secret")
    async def add(body: SecretBody) -> dict[str, Any]:
        """The only answer with the secret; while two are good a third is refused."""
        secret = new_secret()
        command = AddSecret(source_system=body.source_system.strip(), secret=secret, by=body.by.strip())
        return _shown(await unit.run(add_secret, command)) | {"secret": secret}

    @routes.get("/webhook-secrets", summary="回调密钥 / secrets")
    async def listed(asked: Annotated[SecretsAsked, Query()]) -> dict[str, Any]:
        """Who added and retired which; never a secret."""
        source, _, number = asked.cursor.rpartition(":")
        wanted = {"source": source, "number": int(number or 0), "limit": asked.limit + 1}
        async with reading() as connection:
            found = [dict(row) for row in (await connection.execute(_LIST, wanted)).mappings()]
        last = found[asked.limit - 1] if len(found) > asked.limit else None
        following = f"{last['source_system']}:{last['number']}" if last else None
        return {"items": found[: asked.limit], "next": following}

    @routes.post("/webhook-secrets/{source_system}:retire", summary="停用回调密钥 / retire a secret")
    async def retire(source_system: str, body: RetireBody) -> dict[str, Any]:
        """At once; repeated without effect."""
        command = RetireSecret(
            source_system=source_system, number=body.number, by=body.by.strip(), reason=body.reason.strip()
        )
        return _shown(await unit.run(retire_secret, command))

    return routes


def _shown(secret: WebhookSecret) -> dict[str, Any]:
    return {
        "source_system": secret.source_system,
        "number": secret.number,
        "added_by": secret.added_by,
        "added_at": secret.added_at,
        "retired_by": secret.retired_by,
        "retired_at": secret.retired_at,
        "retired_why": secret.retired_why,
    }
