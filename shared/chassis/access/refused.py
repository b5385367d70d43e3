"""Refused access (拒绝访问): every 401 and 403 passes here, so that one place writes it down.

The path is told by its template: addresses hold numbers of persons.
"""

from collections.abc import Callable
from contextvars import ContextVar

import structlog

from chassis.access.principal import Principal

_log = structlog.get_logger(__name__)

Heard = Callable[[Principal, str, str, str], None]
_asked: ContextVar[tuple[str, str]] = ContextVar("asked", default=("", ""))
_hearing: list[Heard] = []


def asking(method: str, path: str) -> None:
    """The present request is for this route."""
    _asked.set((method, path))


def asked() -> tuple[str, str]:
    """Method and path template of the present request; empty outside one."""
    return _asked.get()


def on_refused(heard: Heard) -> None:
    """Tell ``heard`` (principal, method, path template, code) of every refusal from now on."""
    _hearing.append(heard)


def refused(principal: Principal, method: str, path: str, code: str) -> None:
    """Somebody was refused."""
    _log.warning(
        "access.refused", principal=principal.id, kind=principal.kind.value, method=method, route=path, code=code
    )
    for heard in _hearing:
        heard(principal, method, path, code)
