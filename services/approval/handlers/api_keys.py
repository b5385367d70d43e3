"""API keys (接口密钥): made and revoked by a security administrator; every service is told what it needs to check one."""

from datetime import date, datetime
from typing import Protocol

from approval import outgoing
from approval.domain.api_key import ApiKey, MakeKey, RevokeKey, must_be_sound, no_such_key
from contracts.event import Event


class KeyWork(Protocol):
    """A unit of work on API keys."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    @property
    def day(self) -> date:
        """Today in China by the real clock: keys are no business of a clock that may be moved."""
        ...

    @property
    def region(self) -> str:
        """区划代码 of this deployment."""
        ...

    def key(self, key_id: str) -> ApiKey | None:
        """The key, or None."""
        ...

    def keep(self, key: ApiKey) -> None:
        """Keep a new or revoked one."""
        ...

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        ...


def make_key(work: KeyWork, command: MakeKey) -> ApiKey:
    """发放密钥. Refusal: ``invalid-content``."""
    must_be_sound(command.grant, command.by, work.day)
    key = ApiKey(
        key_id=command.key_id, digest=command.digest, grant=command.grant, made_by=command.by, made_at=work.now
    )
    _keep(work, key)
    return key


def revoke_key(work: KeyWork, command: RevokeKey) -> ApiKey:
    """撤销密钥, repeated without effect. Refusals: ``not-found``, ``invalid-content``."""
    known = work.key(command.key_id)
    if known is None:
        raise no_such_key(command.key_id)
    kept = known.revoked(command.by, command.reason, work.now)
    if kept is not known:
        _keep(work, kept)
    return kept


def _keep(work: KeyWork, key: ApiKey) -> None:
    work.keep(key)
    work.publish(outgoing.key_told(key, work.region))
