"""Deed (所为): what is being done right now, gathered at the edge, written down by the transaction that does it.

Carried in a context variable as one object that the edge, the handlers' transaction and the answer all look at.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from chassis.access.principal import Principal, present


@dataclass(slots=True, kw_only=True)
class Deed:
    """所为. Neither bodies nor personal data are ever among it."""

    action: Callable[[], str] = lambda: ""
    """The route; asked when it is written, as routes are found late."""
    object: Callable[[], str] = lambda: ""
    route: str = ""
    """The whole pattern of the path; the access control says so, a route alone may know only its end."""
    request: str = ""
    remote: str = ""
    digest: Callable[[], bytes] = lambda: b""
    """Keyed digest of the body as far as it has come in."""
    code: str = ""
    """Of the refusal that was answered, if one was."""
    principal: Principal | None = None
    """Who asks; the access control says so."""
    why: str = ""
    """The reason somebody gave, without numbers of persons."""
    kept: set[str] = field(default_factory=set)
    """Codes that have an entry already."""

    def refused(self, code: str) -> None:
        """The answer is a refusal."""
        self.code = code
        self.principal = self.principal or present()


_NOTHING = Deed()
"""Where nobody asked."""
_present: ContextVar[Deed] = ContextVar("deed", default=_NOTHING)


def present_deed() -> Deed:
    """What is being done; an empty deed, never looked at again, where nobody asked for anything."""
    deed = _present.get()
    return Deed() if deed is _NOTHING else deed


def answered(code: str) -> None:
    """A refusal is being answered: it becomes an entry of the log (拒绝留痕)."""
    deed = _present.get()
    if deed is not _NOTHING:
        deed.refused(code)


@contextmanager
def doing(deed: Deed) -> Iterator[None]:
    """Everything inside is part of this deed."""
    token = _present.set(deed)
    try:
        yield
    finally:
        _present.reset(token)


def actor_of(message: Any) -> str:
    """Who acted, as a command says it (``by``)."""
    said = getattr(message, "by", "")
    return said if isinstance(said, str) else ""
