"""Role grants (角色授权): who of the directory holds which role, where and how long, where this deployment keeps roles itself.

三员分立: nobody holds two of the three administrators at once. One of them is granted by one person and confirmed by
another; both are somebody else than who receives it. Every other role is in force when it is granted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from approval.domain.content import LONGEST_ID
from kernel.refusal import Fault, Refusal, malformed
from kernel.role import SEPARATED, Role
from kernel.text import text_fault
from kernel.two_persons import second_person_needed

PERSONAL = frozenset(Role) - {Role.BUREAU_SYSTEM, Role.ENTERPRISE}
"""Roles a person of the directory may hold."""


class GrantState(StrEnum):
    """授权状态."""

    PROPOSED = "PROPOSED"
    """待另一人确认."""
    GRANTED = "GRANTED"
    """已授权: holds from its first to its last day."""
    ENDED = "ENDED"
    """已收回."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """角色授权. Days are days in China; ``ends_on`` is the last one, None until it is ended."""

    grant_id: str
    person: str
    role: Role
    region: str
    department: str
    starts_on: date
    ends_on: date | None
    state: GrantState
    granted_by: str
    granted_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def separated(self) -> bool:
        """One of 三员."""
        return self.role in SEPARATED

    def overlaps(self, other: "RoleGrant") -> bool:
        """Whether a day belongs to both."""
        last, others_last = self.ends_on or date.max, other.ends_on or date.max
        return self.starts_on <= others_last and other.starts_on <= last

    def confirmed(self, by: str, at: datetime) -> "RoleGrant":
        """确认授权, repeated by the same person without effect. Refuses ``second-person-needed``, ``grant-ended`` (409)."""
        if self.state is GrantState.GRANTED:
            return self
        if self.state is GrantState.ENDED:
            raise Refusal(
                code="grant-ended",
                zh="授权已收回，请重新授权",
                en="The grant has ended; grant the role again",
                status=409,
            )
        if by in {self.granted_by, self.person}:
            raise second_person_needed(
                f"{by} 提出或接受了这项授权，须由另一人确认",
                f"{by} proposed or receives this grant; somebody else confirms it",
            )
        return replace(self, state=GrantState.GRANTED, confirmed_by=by, confirmed_at=at)

    def ended(self, by: str, why: str, at: datetime, today: date) -> "RoleGrant":
        """收回授权: from tomorrow on nobody holds it, of a proposal or a future grant nothing remains."""
        if self.state is GrantState.ENDED:
            return self
        last = max(self.starts_on, min(self.ends_on or today, today))
        return replace(self, state=GrantState.ENDED, ends_on=last, ended_by=by, ended_at=at, ended_why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """授予角色."""

    grant_id: str
    person: str
    role: Role
    region: str
    department: str
    starts_on: date | None
    ends_on: date | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmGrant:
    """确认授权, by another person."""

    grant_id: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndGrant:
    """收回授权."""

    grant_id: str
    by: str
    reason: str


def must_be_sound(grant: RoleGrant, *, in_office: bool, today: date) -> None:
    """Let a sound grant pass.

    Raises:
        Refusal: ``invalid-content`` (422) with every fault and its JSON pointer.
    """
    faults = [*_named("/by", grant.granted_by)]
    if not in_office:
        zh, en = "不在通讯录中或已离岗，请先登记", "is not in the directory or has left; list the person first"
        faults.append(Fault(pointer="/person", zh=zh, en=en))
    if grant.role not in PERSONAL:
        zh, en = "业务系统与企业不授予通讯录中的人", "is not for people of the directory"
        faults.append(Fault(pointer="/role", zh=zh, en=en))
    for pointer, value in (("/region", grant.region), ("/department", grant.department)):
        faults += _named(pointer, value)
    if grant.starts_on < today:
        faults.append(Fault(pointer="/starts_on", zh=f"不得早于今天（{today}）", en=f"is not before today ({today})"))
    if grant.ends_on is not None and grant.ends_on < grant.starts_on:
        faults.append(Fault(pointer="/ends_on", zh="不得早于起始日", en="is not before the first day"))
    if faults:
        raise malformed(faults)


def must_be_separated(grant: RoleGrant, held: Iterable[RoleGrant]) -> None:
    """Let a grant pass that leaves 三员 apart. Refuses ``roles-not-separated``, ``second-person-needed`` (409)."""
    if not grant.separated:
        return
    if grant.granted_by == grant.person:
        raise second_person_needed(
            "管理员角色不得授予自己，须由另一人提出",
            "an administrator's role is not granted to oneself; somebody else proposes it",
        )
    for other in held:
        if other.separated and other.role != grant.role and _counts(other) and other.overlaps(grant):
            raise Refusal(
                code="roles-not-separated",
                zh=f"{grant.person} 同期为 {other.role}，三员不得兼任；请先收回该授权",
                en=f"{grant.person} is {other.role} at that time; the three administrators exclude each other, end that first",
                status=409,
            )


def require_reason(by: str, reason: str) -> None:
    """Somebody, and a reason. Refuses ``invalid-content``."""
    faults = _named("/by", by)
    if not reason or text_fault("/reason", reason, longest=1000):
        faults.append(Fault(pointer="/reason", zh="必填，最多 1000 字", en="is required, at most 1000 characters"))
    if faults:
        raise malformed(faults)


def no_such_grant() -> Refusal:
    """没有这项授权."""
    return Refusal(
        code="not-found", zh="没有这项授权，请核对编号", en="There is no such grant; check its id", status=404
    )


def _counts(grant: RoleGrant) -> bool:
    """A proposal counts too; of an ended one the days it was in force."""
    return grant.state is not GrantState.ENDED or grant.confirmed_at is not None


def _named(pointer: str, value: str) -> list[Fault]:
    fault = text_fault(pointer, value, longest=LONGEST_ID)
    if not value:
        fault = Fault(
            pointer=pointer, zh="必填，不得为空；* 为全部", en="is required and may not be blank; * is all of them"
        )
    return [fault] if fault else []
