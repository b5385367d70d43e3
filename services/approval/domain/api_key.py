"""API keys (接口密钥) of bureau systems: what a key opens, for whom and how long. The secret itself never gets here.

A key is made once and revoked once; what it opens never changes. Whoever needs more is given another.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from approval.domain.content import LONGEST_ID, LONGEST_NAME, SOURCE
from kernel.refusal import Fault, Refusal, malformed
from kernel.text import text_fault

LONGEST_DAYS = 400
"""A key is renewed once a year, with a month to do it in (工程约定)."""
_MOST = 50
_SCOPE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|\*) /api/v1(/[0-9A-Za-z][0-9A-Za-z._\-]*)+")
_REGION = re.compile(r"[0-9]{6}|\*")
_DEPARTMENT = re.compile(r"[^\x00-\x1f\x7f,]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyGrant:
    """密钥授权: what a key opens."""

    name: str
    """名称: the system it is for, in words."""
    scopes: tuple[str, ...]
    """接口范围: method and path of a resource, ``POST /api/v1/cases``; ``*`` any method."""
    source_systems: tuple[str, ...]
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    """``*`` all of them."""
    expires_on: date
    """The last day, in China."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """接口密钥."""

    key_id: str
    digest: bytes
    """SHA-256 of the secret."""
    grant: KeyGrant
    made_by: str
    made_at: datetime
    revoked_by: str = ""
    revoked_at: datetime | None = None
    revoked_why: str = ""

    @property
    def version(self) -> int:
        """1, and 2 when it is revoked."""
        return 1 if self.revoked_at is None else 2

    def revoked(self, by: str, why: str, at: datetime) -> "ApiKey":
        """撤销密钥; a revoked one stays as it is. Refuses ``invalid-content`` without a reason."""
        faults = [*_required("/by", by, LONGEST_ID), *_required("/reason", why, 1000)]
        if faults:
            raise malformed(faults)
        return self if self.revoked_at else replace(self, revoked_by=by, revoked_at=at, revoked_why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeKey:
    """发放密钥. Id and digest are drawn at the edge, which hands the secret to its holder."""

    key_id: str
    digest: bytes
    grant: KeyGrant
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey:
    """撤销密钥."""

    key_id: str
    by: str
    reason: str


def must_be_sound(grant: KeyGrant, by: str, today: date) -> None:
    """Let a sound grant pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [
        *_required("/name", grant.name, LONGEST_NAME),
        *_required("/by", by, LONGEST_ID),
        *_each("scopes", grant.scopes, _SCOPE, "POST /api/v1/cases"),
        *_each("source_systems", grant.source_systems, SOURCE, "bureau-1"),
        *_each("regions", grant.regions, _REGION, "640202, *"),
        *_each("departments", grant.departments, _DEPARTMENT, "DEMO-FOOD, *"),
    ]
    last = today + timedelta(days=LONGEST_DAYS)
    if not today < grant.expires_on <= last:
        zh = f"有效期须晚于今天（{today}），最长 {LONGEST_DAYS} 天，即不晚于 {last}"
        en = f"expires_on lies after today ({today}) and at most {LONGEST_DAYS} days ahead, {last}"
        faults.append(Fault(pointer="/expires_on", zh=zh, en=en))
    if faults:
        raise malformed(faults)


def no_such_key(key_id: str) -> Refusal:
    """没有这个密钥."""
    return Refusal(
        code="not-found", zh=f"没有密钥 {key_id}，请核对编号", en=f"There is no key {key_id}; check its id", status=404
    )


def _each(name: str, values: tuple[str, ...], form: re.Pattern[str], example: str) -> Iterator[Fault]:
    if not 1 <= len(values) <= _MOST:
        yield Fault(
            pointer=f"/{name}", zh=f"1 至 {_MOST} 项，如 {example}", en=f"1 to {_MOST} entries, such as {example}"
        )
        return
    for n, value in enumerate(values):
        if not form.fullmatch(value):
            yield Fault(pointer=f"/{name}/{n}", zh=f"写法不对，应如 {example}", en=f"is to be written like {example}")


def _required(pointer: str, value: str, longest: int) -> Iterator[Fault]:
    if not value:
        yield Fault(pointer=pointer, zh="必填，不得为空", en="is required and may not be blank")
    if fault := text_fault(pointer, value, longest=longest):
        yield fault
