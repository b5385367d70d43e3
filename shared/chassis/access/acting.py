"""Acting (经办人): the person who does it, the one way a body or a query names one.

A person acts for itself: left out, ``by`` is the token's person, and nobody can put another in its place. A bureau's system
(业务系统) says who acted in it.
"""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from chassis.access.principal import Principal, PrincipalKind, present
from chassis.access.refused import refused
from kernel.refusal import Refusal
from kernel.role import Role


def acting(said: str) -> str:
    """Who acts in the present request. Refuses ``not-yourself`` (403)."""
    principal = present()
    if principal.kind is PrincipalKind.SERVICE or _speaks_for_others(principal):
        return said
    if said in {"", principal.id}:
        return principal.id
    refused(principal, "not-yourself")
    raise Refusal(
        code="not-yourself",
        zh="经办人不是登录人本人；请由本人登录办理，或去掉经办人编码",
        en="Who is named is not who is signed in; have that person sign in, or leave the code out",
        status=403,
    )


def _speaks_for_others(principal: Principal) -> bool:
    return principal.kind is PrincipalKind.SYSTEM and Role.BUREAU_SYSTEM in principal.roles


_LEFT_OUT = object()
"""What stands where nobody was named; ``null`` is no name and is refused as such."""


def _must_act(said: Any) -> Any:
    if said is not _LEFT_OUT:
        return _may_act(said)
    who = acting("")
    if not who:
        raise PydanticCustomError("missing", "Field required")
    return who


def _may_act(said: Any) -> Any:
    if said is _LEFT_OUT:
        return acting("")
    return acting(said) if isinstance(said, str) else said


Acting = Annotated[str, Field(default_factory=lambda: _LEFT_OUT, validate_default=True), BeforeValidator(_must_act)]
"""经办人编码: a system must say it, a person need not."""
MayAct = Annotated[str, Field(default_factory=lambda: _LEFT_OUT, validate_default=True), BeforeValidator(_may_act)]
"""The same where a system may leave it open."""
