"""Keeping secrets (回调密钥管理): added by a security administrator, two good at a time so that a sender can change over.

A secret has to be read again to check a signature, so it is sealed and not hashed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from kernel.refusal import Fault, Refusal, malformed
from kernel.text import text_fault

MOST_GOOD = 2
SOURCE = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,31}")
"""来源系统."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSecret:
    """回调密钥. ``number`` counts the secrets of one source from 1."""

    source_system: str
    number: int
    sealed: bytes
    added_by: str
    added_at: datetime
    retired_by: str = ""
    retired_at: datetime | None = None
    retired_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSecret:
    """添加回调密钥. The secret is drawn at the edge, which hands it to its holder."""

    source_system: str
    secret: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireSecret:
    """停用回调密钥."""

    source_system: str
    number: int
    by: str
    reason: str


class SecretWork(Protocol):
    """A unit of work on the secrets of one source."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    def secrets(self) -> Sequence[WebhookSecret]:
        """Every secret of the source, the oldest first."""
        ...

    def sealed(self, secret: str, source_system: str, number: int) -> bytes:
        """The secret as it is kept in its own place alone."""
        ...

    def keep(self, secret: WebhookSecret) -> None:
        """Keep a new or retired one."""
        ...


def add_secret(work: SecretWork, command: AddSecret) -> WebhookSecret:
    """添加回调密钥. Refusals: ``invalid-content``, ``too-many-secrets`` (409) while two are good."""
    faults = _person_faults(command.by)
    if not SOURCE.fullmatch(command.source_system):
        zh, en = (
            "来源系统为 1 至 32 位小写字母、数字、点、横线或下划线",
            "1 to 32 lower-case letters, digits, dots, hyphens",
        )
        faults.append(Fault(pointer="/source_system", zh=zh, en=en))
    if faults:
        raise malformed(faults)
    known = work.secrets()
    if sum(secret.retired_at is None for secret in known) >= MOST_GOOD:
        raise Refusal(
            code="too-many-secrets",
            zh=f"{command.source_system} 已有 {MOST_GOOD} 个有效密钥，请先停用旧的",
            en=f"{command.source_system} has {MOST_GOOD} good secrets; retire the old one first",
            status=409,
        )
    number = len(known) + 1
    secret = WebhookSecret(
        source_system=command.source_system,
        number=number,
        sealed=work.sealed(command.secret, command.source_system, number),
        added_by=command.by,
        added_at=work.now,
    )
    work.keep(secret)
    return secret


def retire_secret(work: SecretWork, command: RetireSecret) -> WebhookSecret:
    """停用回调密钥, repeated without effect. Refusals: ``invalid-content``, ``not-found``."""
    faults = _person_faults(command.by)
    if not command.reason or text_fault("/reason", command.reason, longest=1000):
        faults.append(Fault(pointer="/reason", zh="必填，最多 1000 字", en="is required, at most 1000 characters"))
    if faults:
        raise malformed(faults)
    known = next((secret for secret in work.secrets() if secret.number == command.number), None)
    if known is None:
        zh, en = "没有这个回调密钥，请核对来源与序号", "There is no such secret; check source and number"
        raise Refusal(code="not-found", zh=zh, en=en, status=404)
    if known.retired_at is not None:
        return known
    retired = replace(known, retired_by=command.by, retired_at=work.now, retired_why=command.reason)
    work.keep(retired)
    return retired


def _person_faults(by: str) -> list[Fault]:
    fault = text_fault("/by", by, longest=64)
    if not by:
        fault = Fault(pointer="/by", zh="必填，不得为空", en="is required and may not be blank")
    return [fault] if fault else []
