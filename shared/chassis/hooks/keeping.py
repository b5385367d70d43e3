"""Keeping hooks (推送订阅管理): added, paused, resumed, ended by a security administrator; two secrets while a receiver changes over.

A hook says which facts, of which sources, regions and departments; nothing else leaves by it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from kernel.refusal import Fault, Refusal, malformed
from kernel.text import text_fault

MOST_AGAIN = 10_000
"""Facts sent again by one request."""
_LONGEST_REASON = 1000


class HookState(StrEnum):
    """推送状态."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    """Facts wait."""
    ENDED = "ENDED"
    """For good; what waited is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """推送订阅. Empty ``source_systems``, ``regions`` or ``departments``: all; ``previous``: signs beside ``secret``."""

    hook_id: UUID
    name: str
    address: str
    facts: tuple[str, ...]
    source_systems: tuple[str, ...]
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    state: HookState
    secret: bytes
    previous: bytes | None
    added_by: str
    added_at: datetime
    state_by: str
    state_at: datetime
    state_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddHook:
    """添加推送订阅. The secret is drawn at the edge, which hands it to its holder; ``unfit``: why the address is refused."""

    hook_id: UUID
    name: str
    address: str
    unfit: Fault | None
    facts: tuple[str, ...]
    source_systems: tuple[str, ...]
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    secret: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveHook:
    """暂停、恢复、终止推送订阅."""

    hook_id: UUID
    to: HookState
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSecret:
    """更换推送密钥: a new ``secret`` beside the one there is, or, without one, the previous no longer signs."""

    hook_id: UUID
    secret: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """重新推送: one fact, or those of a span [since, until)."""

    hook_id: UUID
    event_id: UUID | None
    since: datetime | None
    until: datetime | None
    by: str
    reason: str


Command = AddHook | MoveHook | ChangeSecret | SendAgain


class HookWork(Protocol):
    """A unit of work on one hook."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    @property
    def offered(self) -> Collection[str]:
        """Facts that may be subscribed to."""
        ...

    @property
    def found(self) -> int:
        """How many facts would be sent again, one more than the most at most."""
        ...

    def hook(self) -> Hook | None:
        """The hook, locked."""
        ...

    def sealed(self, secret: str, hook_id: UUID) -> bytes:
        """The secret as it is kept in its own place alone."""
        ...

    def moved(self, sealed: bytes, hook_id: UUID) -> bytes:
        """A secret that becomes the previous one, as it is kept there."""
        ...

    def keep(self, hook: Hook) -> None:
        """Keep a new or changed one."""
        ...

    def send_again(self) -> None:
        """Queue what was found."""
        ...


def add_hook(work: HookWork, command: AddHook) -> Hook:
    """添加推送订阅. Refusals: ``invalid-content``."""
    faults = [command.unfit] if command.unfit else []
    if not command.name or text_fault("/name", command.name, longest=200):
        faults.append(Fault(pointer="/name", zh="必填，最多 200 字", en="is required, at most 200 characters"))
    if not command.facts:
        faults.append(Fault(pointer="/facts", zh="至少选择一种事件", en="choose one kind of fact at least"))
    faults += [
        Fault(
            pointer="/facts",
            zh=f"本服务没有可订阅的事件 {fact[:64]}",
            en=f"there is no fact {fact[:64]} to subscribe to",
        )
        for fact in command.facts
        if fact not in work.offered
    ]
    if faults:
        raise malformed(faults)
    hook = Hook(
        hook_id=command.hook_id,
        name=command.name,
        address=command.address,
        facts=command.facts,
        source_systems=command.source_systems,
        regions=command.regions,
        departments=command.departments,
        state=HookState.ACTIVE,
        secret=work.sealed(command.secret, command.hook_id),
        previous=None,
        added_by=command.by,
        added_at=work.now,
        state_by=command.by,
        state_at=work.now,
        state_why="",
    )
    work.keep(hook)
    return hook


def move_hook(work: HookWork, command: MoveHook) -> Hook:
    """暂停、恢复、终止; repeated without effect. Refusals: ``invalid-content``, ``not-found``, ``hook-ended`` (409)."""
    _require_reason(command.reason)
    hook = _known(work)
    if hook.state is command.to:
        return hook
    moved = replace(_living(hook), state=command.to, state_by=command.by, state_at=work.now, state_why=command.reason)
    work.keep(moved)
    return moved


def change_secret(work: HookWork, command: ChangeSecret) -> Hook:
    """更换推送密钥. Refusals: ``not-found``, ``hook-ended``, ``too-many-secrets`` (409) while two sign."""
    hook = _living(_known(work))
    if not command.secret:
        changed = replace(hook, previous=None)
    elif hook.previous is not None:
        raise Refusal(
            code="too-many-secrets",
            zh="新旧两个密钥都在签名；请先确认对方已换用新的，停用旧的",
            en="Two secrets sign already; see that the receiver uses the new one and retire the old one first",
            status=409,
        )
    else:
        previous = work.moved(hook.secret, hook.hook_id)
        changed = replace(hook, secret=work.sealed(command.secret, hook.hook_id), previous=previous)
    work.keep(changed)
    return changed


def send_again(work: HookWork, command: SendAgain) -> int:
    """重新推送; how many. Refusals: ``invalid-content``, ``not-found``, ``hook-ended``, ``nothing-to-send``, ``too-much-to-send``."""
    _require_reason(command.reason)
    _living(_known(work))
    if (command.event_id is None) == (command.since is None or command.until is None):
        fault = Fault(pointer="/event_id", zh="写明一个事件，或起止时间", en="name one event, or since and until")
        raise malformed([fault])
    if not work.found:
        raise Refusal(
            code="nothing-to-send",
            zh="没有这个订阅所要的事件，请核对事件编号或起止时间",
            en="There is no fact this hook asks for; check the event id or the span",
            status=404,
        )
    if work.found > MOST_AGAIN:
        raise Refusal(
            code="too-much-to-send",
            zh=f"超过 {MOST_AGAIN} 个事件，请缩短时间段，分几次重新推送",
            en=f"That is more than {MOST_AGAIN} facts; choose shorter spans and send them one after the other",
            status=409,
        )
    work.send_again()
    return work.found


def _known(work: HookWork) -> Hook:
    hook = work.hook()
    if hook is None:
        raise no_such_hook()
    return hook


def no_such_hook() -> Refusal:
    """The refusal for an id nobody gave out."""
    return Refusal(
        code="not-found", zh="没有这个推送订阅，请核对编号", en="There is no such hook; check its id", status=404
    )


def _living(hook: Hook) -> Hook:
    if hook.state is HookState.ENDED:
        raise Refusal(
            code="hook-ended",
            zh="订阅已终止，不能再办；需要的请另添加",
            en="This hook has ended; add another one",
            status=409,
        )
    return hook


def _require_reason(reason: str) -> None:
    if not reason or text_fault("/reason", reason, longest=_LONGEST_REASON):
        raise malformed([Fault(pointer="/reason", zh="必填，最多 1000 字", en="is required, at most 1000 characters")])


def listed(values: Sequence[str]) -> tuple[str, ...]:
    """Codes as they are kept: trimmed, each once, in order."""
    return tuple(sorted({value.strip() for value in values} - {""}))
