"""Names (名称) of departments, as supervision knows them; a code stays a code while it cannot be asked."""

import time

import structlog

from console.web.services import Asking
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

_KEPT = 60.0
"""Seconds: a department renamed is shown so after that."""


class Names:
    """Department code → name, kept for a while."""

    def __init__(self) -> None:
        self._departments: dict[str, str] = {}
        self._asked = 0.0

    async def departments(self, asking: Asking) -> dict[str, str]:
        """What is known; the codes themselves are the caller's to fall back on."""
        if not self._departments or time.monotonic() - self._asked > _KEPT:
            self._asked = time.monotonic()
            try:
                self._departments = await _all(asking)
            except Refusal as refusal:
                _log.warning("departments.unnamed", cause=refusal.code)
        return self._departments


async def _all(asking: Asking) -> dict[str, str]:
    """Every department, page by page."""
    found: dict[str, str] = {}
    cursor: str | None = ""
    while cursor is not None:
        told = await asking.get("supervision", "/api/v1/departments", limit="200", cursor=cursor)
        found |= {each["code"]: each["name"] for each in told["items"]}
        cursor = told["next"]
    return found
