"""Refused access (拒绝访问): every 401 and 403 of the gate leaves a security line in the log; its entry is the audit's.

The path is told by its template: addresses hold numbers of persons.
"""

from contextvars import ContextVar

import structlog

from chassis.access.principal import Principal

_log = structlog.get_logger(__name__)

_asked: ContextVar[tuple[str, str]] = ContextVar("asked", default=("", ""))


def asking(method: str, path: str) -> None:
    """The present request is for this route."""
    _asked.set((method, path))


def refused(principal: Principal, code: str) -> None:
    """The present request is refused."""
    method, path = _asked.get()
    _log.warning(
        "access.refused", principal=principal.id, kind=principal.kind.value, method=method, route=path, code=code
    )
