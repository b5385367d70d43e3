"""Denials (越权拒绝): what NATS refused this process, as security events and not as a server that is merely away.

The server answers a publish it forbids with an error line and no acknowledgement: the publisher sees a timeout, tries
again, and would do so for ever without anybody knowing why. A denial is logged and makes the service unready.
"""

import re
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

import structlog

_log = structlog.get_logger(__name__)

_VIOLATION = re.compile(r'permissions violation for (publish|subscription) to "([^"]*)', re.IGNORECASE)
_REFUSED = "authorization violation"
_STANDS = 60.0
_KEPT = 1000


class Denial(NamedTuple):
    """One thing NATS denied: ``publish``, ``subscription`` or ``connect``, and to what; ``fresh``: not told lately."""

    act: str
    subject: str
    fresh: bool


class Denials:
    """What was denied lately."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._told: dict[tuple[str, str], float] = {}
        self._latest = float("-inf")

    @property
    def standing(self) -> bool:
        """True until a minute has passed without one: what is denied is tried again more often than that."""
        return self._now() - self._latest < _STANDS

    def noted(self, error: Exception) -> Denial | None:
        """The denial an error is, or None; one line for each act and subject a minute, however often it is tried."""
        found = _denied(str(error))
        if found is None:
            return None
        now = self._latest = self._now()
        if now - self._told.get(found, float("-inf")) < _STANDS:
            return Denial(*found, fresh=False)
        if len(self._told) >= _KEPT:
            self._told.clear()
        self._told[found] = now
        act, subject = found
        _log.error(
            "security.nats-refused",
            act=act,
            subject=subject,
            zh="NATS 拒绝：本服务的身份没有此权限，请核对服务器的用户权限（deploy/nats-users.conf）",
            en="refused by NATS: this identity may not; compare the server's users with deploy/nats-users.conf",
        )
        return Denial(act, subject, fresh=True)


def _denied(said: str) -> tuple[str, str] | None:
    if found := _VIOLATION.search(said):
        return found[1].lower(), found[2]
    return ("connect", "") if _REFUSED in said.lower() else None
