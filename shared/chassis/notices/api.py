"""Notices over HTTP (通知接口): the inbox of a person, read receipts, how they want to be told, what was tried."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.notices import preferences
from chassis.notices.channel import Channels
from chassis.notices.forms import Code, PreferenceForm, shown
from chassis.notices.preference import Preference
from chassis.problems import not_found
from chassis.sealing import KeyRing
from chassis.transaction import Transactions
from kernel.refusal import Refusal

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]

_LISTED = """
SELECT notice_id, person, kind, fact, zh, en, about, on_behalf_of, deputy, created_at, read_at FROM notice
WHERE person = :person AND (NOT :unread OR read_at IS NULL) AND (CAST(:cursor AS uuid) IS NULL OR notice_id < :cursor)
ORDER BY notice_id DESC LIMIT :rows
"""
_UNREAD = "SELECT count(*) FROM notice WHERE person = :person AND read_at IS NULL"
_READ = """
UPDATE notice SET read_at = coalesce(read_at, $3) WHERE notice_id = $1 AND person = $2 RETURNING read_at
"""
_DELIVERIES = """
SELECT channel, message_id, attempt, state, error, at FROM notice_delivery WHERE notice_id = :notice ORDER BY id
"""
_QUEUED = "SELECT channel, next_at, attempts FROM notice_queue WHERE notice_id = :notice ORDER BY channel"
_PREFERENCE = """
SELECT person, CAST(channels AS text) AS channels, digest_at, quiet_from, quiet_to, deputy, deputy_from, deputy_to
FROM notice_preference WHERE person = :person
"""


class NoticesAsked(BaseModel):
    """Which notices (通知查询), newest first."""

    model_config = ConfigDict(extra="forbid")

    person: Code
    unread: bool = Field(default=False, description="只看未读 / unread ones alone")
    cursor: UUID | None = Field(None, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


class ReadForm(BaseModel):
    """已读回执."""

    model_config = ConfigDict(extra="forbid")

    person: Code


def notices_router(transactions: Transactions, reading: Reading, channels: Channels, ring: KeyRing) -> APIRouter:
    """The routes, the same in every service."""
    routes = APIRouter(prefix="/api/v1", tags=["notices"])

    @routes.get("/notices", summary="通知列表 / the inbox of a person")
    async def listed(asked: Annotated[NoticesAsked, Query()]) -> dict[str, Any]:
        """Notices, newest first, and how many are unread."""
        which = {"person": asked.person, "unread": asked.unread, "cursor": asked.cursor}
        async with reading() as connection:
            items = await _rows(connection, _LISTED, which | {"rows": asked.limit + 1})
            unread = (await connection.execute(text(_UNREAD), {"person": asked.person})).scalar_one()
        following = str(items[asked.limit - 1]["notice_id"]) if len(items) > asked.limit else None
        return {"items": items[: asked.limit], "next": following, "unread": unread}

    @routes.post("/notices/{notice}:read", summary="已读回执 / read receipt")
    async def read(notice: UUID, form: ReadForm) -> dict[str, Any]:
        """A person has read a notice of theirs; the first time counts."""
        async with transactions.begin() as tx:
            at = await tx.connection.fetchval(_READ, notice, form.person, tx.now)
        if at is None:
            raise _no_such_notice()
        return {"notice_id": str(notice), "read_at": at}

    @routes.get("/notices/{notice}/deliveries", summary="投递记录 / what was tried")
    async def deliveries(notice: UUID) -> dict[str, Any]:
        """Every try in order, and what still waits."""
        async with reading() as connection:
            known = await _rows(connection, "SELECT 1 AS one FROM notice WHERE notice_id = :notice", {"notice": notice})
            tried = await _rows(connection, _DELIVERIES, {"notice": notice})
            queued = await _rows(connection, _QUEUED, {"notice": notice})
        if not known:
            raise _no_such_notice()
        return {"items": tried, "waiting": queued}

    @routes.get("/notice-preferences/{person}", summary="通知偏好 / how a person wants to be told")
    async def preferred(person: Annotated[Code, Path()]) -> dict[str, Any]:
        """The preference, addresses masked; without one, the inbox alone."""
        async with reading() as connection:
            rows = await _rows(connection, _PREFERENCE, {"person": person})
        return shown(preferences.preference_of(rows[0]) if rows else Preference(person=person))

    @routes.put("/notice-preferences/{person}", summary="设置通知偏好 / set it")
    async def prefer(person: Annotated[Code, Path()], form: PreferenceForm) -> dict[str, Any]:
        """Replace the preference. Refuses ``channel-not-configured`` and ``invalid-content``."""
        preference = form.preference(person)
        channels.require(preference.channels)
        async with transactions.begin() as tx:
            await preferences.keep(tx.connection, preference, tx.now, ring)
        return shown(preference)

    return routes


async def _rows(connection: AsyncConnection, query: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await connection.execute(text(query), dict(asked))).mappings()]


def _no_such_notice() -> Refusal:
    return not_found("该人员的这条通知", "notice of this person")
