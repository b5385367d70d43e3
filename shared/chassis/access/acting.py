"""Acting (经办人): the person who does it, the one way a body or a query names one.

A person acts for itself: left out, ``by`` is the token's person, and nobody can put another in its place. A bureau's system
(业务系统) says who acted in it.
"""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from chassis.access.principal import Principal, PrincipalKind, present
from chassis.access.refused import asked, refused
from kernel.refusal import Refusal
from kernel.role import Role


def acting(said: str) -> str:
    """Who acts in the present request. Refuses ``not-yourself`` (403)."""
    principal = present()
    if principal.kind is PrincipalKind.SERVICE or _speaks_for_others(principal):
        return said
    if said in {"", principal.id}:
        return principal.id
    refused(principal, *asked(), "not-yourself")
    raise Refusal(
        code="not-yourself",
        zh=f"经办人 {said} 不是登录人本人；请由本人登录办理，或去掉 by",
        en=f"{said} is not who is signed in; have that person sign in, or leave `by` out",
        status=403,
    )


def _speaks_for_others(principal: Principal) -> bool:
    return principal.kind is PrincipalKind.SYSTEM and Role.BUREAU_SYSTEM in principal.roles


def _must_act(said: str) -> str:
    who = acting(said)
    if not who:
        raise PydanticCustomError("missing", "Field required")
    return who


Acting = Annotated[str, Field(default="", max_length=64, validate_default=True), AfterValidator(_must_act)]
"""经办人编码: a system must say it, a person need not."""
MayAct = Annotated[str, Field(default="", max_length=64, validate_default=True), AfterValidator(acting)]
"""The same where a system may leave it open."""
