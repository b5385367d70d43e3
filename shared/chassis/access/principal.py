"""Principal (访问者): who the present request, event or round is done for; set once at the edge, read where it matters.

Carried in a context variable, so that handlers stay plain functions and no signature passes it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

from kernel.role import Role


class PrincipalKind(StrEnum):
    """访问者类别."""

    PERSON = "PERSON"
    """人: acts for itself alone."""
    SYSTEM = "SYSTEM"
    """系统: a bureau's machine, says in ``by`` who acted in it."""
    SERVICE = "SERVICE"
    """本服务: an event, a clock or a round, nobody asked."""
    NOBODY = "NOBODY"
    """未登录: a public page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """访问者. ``departments`` and ``regions`` bound what is seen and touched; ``*`` stands for all of them."""

    id: str
    kind: PrincipalKind
    roles: frozenset[Role] = frozenset()
    regions: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


ITSELF = Principal(id="service", kind=PrincipalKind.SERVICE, regions=frozenset({"*"}), departments=frozenset({"*"}))
"""The service on its own behalf."""
NOBODY = Principal(id="", kind=PrincipalKind.NOBODY)
"""Whoever reads a public page."""

_present: ContextVar[Principal] = ContextVar("principal", default=ITSELF)


def present() -> Principal:
    """Who the present work is done for; the service itself where no request is."""
    return _present.get()


@contextmanager
def on_behalf_of(principal: Principal) -> Iterator[None]:
    """Everything inside is done for ``principal``."""
    token = _present.set(principal)
    try:
        yield
    finally:
        _present.reset(token)
