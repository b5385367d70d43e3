"""Names (名称) of departments, as supervision knows them; a code stays a code while it cannot be asked."""

import time

from console.web.services import Asking
from kernel.refusal import Refusal

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
                told = await asking.get("supervision", "/api/v1/departments", limit="200")
                self._departments = {each["code"]: each["name"] for each in told["items"]}
            except Refusal:
                pass
        return self._departments
