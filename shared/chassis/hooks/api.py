"""Hooks over HTTP (推送订阅接口), for the security administrator; a secret is in one answer alone."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from uuid_utils.compat import uuid7

from chassis.access.acting import Acting
from chassis.audit.deed import present_deed
from chassis.discretion import kept_quiet
from chassis.hooks.keeping import (
    AddHook,
    ChangeSecret,
    Hook,
    HookState,
    MoveHook,
    SendAgain,
    add_hook,
    change_secret,
    listed,
    move_hook,
    no_such_hook,
    send_again,
)
from chassis.hooks.receiver import unfit
from chassis.hooks.settings import HookSettings
from chassis.hooks.stored import SqlHooks, fact_of
from chassis.instant import Instant
from chassis.pages import Reading
from chassis.unit_of_work import UnitOfWork
from chassis.webhooks.secret import new_secret

MOST_COUNTED = 1000
_SHOWN = """
SELECT h.hook_id, h.name, h.address, h.facts, h.source_systems, h.regions, h.departments, h.state, h.added_by, h.added_at,
       h.state_by, h.state_at, h.state_why, h.previous IS NOT NULL AS two_secrets, h.attempts, h.next_at,
       (SELECT count(*) FROM (SELECT FROM hook_due d WHERE d.hook_id = h.hook_id ORDER BY d.id LIMIT :most) AS due) AS waiting
  FROM hook h
"""
_LIST = text(f"{_SHOWN} WHERE h.hook_id > :after ORDER BY h.hook_id LIMIT :limit")
_ONE = text(f"{_SHOWN} WHERE h.hook_id = :hook")
_LOG = text("""
SELECT id, event_id, fact, attempt, state, status, milliseconds, answer, again, at FROM hook_delivery
 WHERE hook_id = :hook AND id < :before AND (CAST(:state AS text) IS NULL OR state = :state) ORDER BY id DESC LIMIT :limit
""")
_FIRST, _NEWEST = UUID(int=0), 2**63 - 1
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
Region = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Words = Annotated[str, Field(max_length=1000, description="理由 / why")]
_MOVES: dict[str, tuple[HookState, str]] = {
    "pause": (HookState.PAUSED, "暂停推送 / pause"),
    "resume": (HookState.ACTIVE, "恢复推送 / resume"),
    "end": (HookState.ENDED, "终止推送 / end"),
}


class HookBody(BaseModel):
    """添加推送订阅. Empty lists of sources, regions or departments: all."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=200, description="接收的系统 / what receives it")
    address: str = Field(max_length=500, description="https 地址 / an https address")
    facts: list[Code] = Field(max_length=100, description="事件，如 supervision.task.created / facts")
    source_systems: list[Code] = Field(default=[], max_length=100, description="来源系统 / source systems")
    regions: list[Region] = Field(default=[], max_length=100, description="区划 / regions, with what lies below them")
    departments: list[Code] = Field(default=[], max_length=100, description="部门 / departments")
    by: Acting


class ReasonBody(BaseModel):
    """Who, and why."""

    model_config = ConfigDict(extra="forbid")

    by: Acting
    reason: Words


class ActorBody(BaseModel):
    """Who."""

    model_config = ConfigDict(extra="forbid")

    by: Acting


class ResendBody(BaseModel):
    """重新推送: one fact by ``event_id``, or what was told in [since, until)."""

    model_config = ConfigDict(extra="forbid")

    event_id: UUID | None = None
    since: Instant | None = None
    until: Instant | None = None
    by: Acting
    reason: Words


class HooksAsked(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: UUID | None = Field(None, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


class DeliveriesAsked(BaseModel):
    """Which tries, newest first."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["SENT", "FAILED", "PARKED"] | None = None
    cursor: int | None = Field(None, ge=1, le=2**63 - 1, description="上一页返回的 next / `next` of the page before")
    limit: int = Field(50, ge=1, le=500)


def hooks_router(unit: UnitOfWork[SqlHooks], reading: Reading, settings: HookSettings) -> APIRouter:
    """The routes, the same in every service that offers its facts."""
    routes = APIRouter(prefix="/api/v1", tags=["推送 hooks"])

    @routes.post("/hooks", status_code=201, summary="添加推送订阅 / subscribe")
    async def add(body: HookBody) -> dict[str, Any]:
        """The only answer with the secret that signs."""
        secret, address = new_secret(), body.address.strip()
        command = AddHook(
            hook_id=uuid7(),
            name=body.name.strip(),
            address=address,
            unfit=unfit(address, settings),
            facts=listed(body.facts),
            source_systems=listed(body.source_systems),
            regions=listed(body.regions),
            departments=listed(body.departments),
            secret=secret,
            by=body.by.strip(),
        )
        return _shown(await unit.run(add_hook, command)) | {"secret": secret}

    @routes.get("/hooks", summary="推送订阅 / hooks")
    async def every(asked: Annotated[HooksAsked, Query()]) -> dict[str, Any]:
        """What each asks for, how it stands and how much waits, counted up to ``MOST_COUNTED``; never a secret."""
        wanted = {"after": asked.cursor or _FIRST, "limit": asked.limit + 1, "most": MOST_COUNTED}
        async with reading() as connection:
            found = [_read(row) for row in (await connection.execute(_LIST, wanted)).mappings()]
        following = str(found[asked.limit - 1]["hook_id"]) if len(found) > asked.limit else None
        return {"items": found[: asked.limit], "next": following}

    @routes.get("/hooks/{hook_id}", summary="一个推送订阅 / one hook")
    async def one(hook_id: UUID) -> dict[str, Any]:
        """Refuses ``not-found`` (404)."""
        async with reading() as connection:
            found = (await connection.execute(_ONE, {"hook": hook_id, "most": MOST_COUNTED})).mappings().first()
        if found is None:
            raise no_such_hook()
        return _read(found)

    @routes.get("/hooks/{hook_id}/deliveries", summary="推送日志 / every try")
    async def deliveries(hook_id: UUID, asked: Annotated[DeliveriesAsked, Query()]) -> dict[str, Any]:
        """Status, duration and the beginning of what a receiver answered that did not take it."""
        wanted = {"hook": hook_id, "state": asked.state, "before": asked.cursor or _NEWEST, "limit": asked.limit + 1}
        async with reading() as connection:
            found = [dict(row) for row in (await connection.execute(_LOG, wanted)).mappings()]
        following = found[asked.limit - 1]["id"] if len(found) > asked.limit else None
        return {"items": found[: asked.limit], "next": following}

    _add_moves(routes, unit)
    _add_secrets(routes, unit)
    return routes


def _add_moves(routes: APIRouter, unit: UnitOfWork[SqlHooks]) -> None:
    def add(verb: str, to: HookState, summary: str) -> None:
        @routes.post(f"/hooks/{{hook_id}}:{verb}", summary=summary)
        async def move(hook_id: UUID, body: ReasonBody) -> dict[str, Any]:
            """At once; repeated without effect."""
            reason = body.reason.strip()
            present_deed().why = kept_quiet(reason)
            command = MoveHook(hook_id=hook_id, to=to, by=body.by.strip(), reason=reason)
            return _shown(await unit.run(move_hook, command))

    for verb, (to, summary) in _MOVES.items():
        add(verb, to, summary)

    @routes.post("/hooks/{hook_id}:resend", summary="重新推送 / send again")
    async def resend(hook_id: UUID, body: ResendBody) -> dict[str, Any]:
        """One fact, or those of a span, behind what waits already; under the ids they had."""
        reason = body.reason.strip()
        present_deed().why = kept_quiet(reason)
        span = {"event_id": body.event_id, "since": body.since, "until": body.until}
        command = SendAgain(hook_id=hook_id, **span, by=body.by.strip(), reason=reason)  # type: ignore[arg-type] # by name
        return {"queued": await unit.run(send_again, command)}


def _add_secrets(routes: APIRouter, unit: UnitOfWork[SqlHooks]) -> None:
    @routes.post("/hooks/{hook_id}:rotate-secret", summary="更换推送密钥 / a new secret")
    async def rotate(hook_id: UUID, body: ActorBody) -> dict[str, Any]:
        """Both sign until the previous one is retired; the only answer with the new one."""
        secret = new_secret()
        command = ChangeSecret(hook_id=hook_id, secret=secret, by=body.by.strip())
        return _shown(await unit.run(change_secret, command)) | {"secret": secret}

    @routes.post("/hooks/{hook_id}:retire-secret", summary="停用旧密钥 / retire the previous secret")
    async def retire(hook_id: UUID, body: ActorBody) -> dict[str, Any]:
        """The previous one no longer signs; repeated without effect."""
        command = ChangeSecret(hook_id=hook_id, secret="", by=body.by.strip())
        return _shown(await unit.run(change_secret, command))


def _read(row: Mapping[Any, Any]) -> dict[str, Any]:
    return dict(row) | {"facts": [fact_of(kind) for kind in row["facts"]]}


def _shown(hook: Hook) -> dict[str, Any]:
    names = ("hook_id", "name", "address", "facts", "source_systems", "regions", "departments", "state")
    told = {name: getattr(hook, name) for name in (*names, "added_by", "added_at", "state_by", "state_at", "state_why")}
    return told | {"two_secrets": hook.previous is not None}
