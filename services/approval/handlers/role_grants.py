"""Role grants (角色授权): granted, confirmed and ended by security administrators; the database keeps 三员 apart once more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Protocol

from approval.domain.role_grant import (
    ConfirmGrant,
    EndGrant,
    GrantRole,
    GrantState,
    RoleGrant,
    must_be_separated,
    must_be_sound,
    no_such_grant,
    require_reason,
)
from kernel.refusal import Refusal


class GrantWork(Protocol):
    """A unit of work on role grants."""

    @property
    def now(self) -> datetime:
        """The stack's instant, aware, UTC."""
        ...

    @property
    def day(self) -> date:
        """Today in China by the real clock: who may do what is no business of a clock that may be moved."""
        ...

    def in_office(self, person: str) -> bool:
        """True when the directory knows the person and it has not left."""
        ...

    def grants_of(self, person: str) -> Sequence[RoleGrant]:
        """Every grant of a person."""
        ...

    def grant(self, grant_id: str) -> RoleGrant | None:
        """The grant, or None."""
        ...

    def keep(self, grant: RoleGrant) -> None:
        """Keep a new or changed one."""
        ...


def grant_role(work: GrantWork, command: GrantRole) -> tuple[RoleGrant, bool]:
    """授予角色; the same again answers with the known grant and True.

    Refusals: ``invalid-content``, ``grant-differs``, ``roles-not-separated``, ``second-person-needed``.
    """
    stated = RoleGrant(
        grant_id=command.grant_id,
        person=command.person,
        role=command.role,
        region=command.region,
        department=command.department,
        starts_on=command.starts_on or work.day,
        ends_on=command.ends_on,
        state=GrantState.GRANTED,
        granted_by=command.by,
        granted_at=work.now,
    )
    must_be_sound(stated, in_office=work.in_office(command.person), today=work.day)
    known = _known(work.grants_of(command.person), stated, today=work.day)
    if known:
        return known, True
    must_be_separated(stated, work.grants_of(command.person))
    kept = replace(stated, state=GrantState.PROPOSED) if stated.separated else stated
    work.keep(kept)
    return kept, False


def confirm_grant(work: GrantWork, command: ConfirmGrant) -> RoleGrant:
    """确认授权. Refusals: ``not-found``, ``second-person-needed``, ``grant-ended``, ``roles-not-separated``."""
    known = _found(work, command.grant_id)
    confirmed = known.confirmed(command.by, work.now)
    if confirmed is not known:
        others = [other for other in work.grants_of(known.person) if other.grant_id != known.grant_id]
        must_be_separated(confirmed, others)
        work.keep(confirmed)
    return confirmed


def end_grant(work: GrantWork, command: EndGrant) -> RoleGrant:
    """收回授权, repeated without effect. Refusals: ``not-found``, ``invalid-content``."""
    known = _found(work, command.grant_id)
    require_reason(command.by, command.reason)
    ended = known.ended(command.by, command.reason, work.now, work.day)
    if ended is not known:
        work.keep(ended)
    return ended


def _known(held: Sequence[RoleGrant], stated: RoleGrant, *, today: date) -> RoleGrant | None:
    for other in held:
        alike = (other.role, other.region, other.department) == (stated.role, stated.region, stated.department)
        over = other.state is GrantState.ENDED or (other.ends_on is not None and other.ends_on < today)
        if not alike or over or not other.overlaps(stated):
            continue
        if other.ends_on != stated.ends_on:
            raise Refusal(
                code="grant-differs",
                zh=f"{stated.person} 已有这项授权，期限不同；请先收回再授予",
                en=f"{stated.person} has this role for another time; end that grant first",
                status=409,
            )
        return other
    return None


def _found(work: GrantWork, grant_id: str) -> RoleGrant:
    known = work.grant(grant_id)
    if known is None:
        raise no_such_grant()
    return known
