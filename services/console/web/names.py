"""Names (名称) of departments, as they were last told; a code nobody told a name of stays a code."""

import time

from chassis.pages import Reading
from console import queries

_KEPT = 60.0
"""Seconds: a department renamed is shown so after that."""


class Names:
    """Department code → name, kept for a while."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._departments: dict[str, str] = {}
        self._read: float | None = None

    async def departments(self) -> dict[str, str]:
        """All there are, in the order of their codes."""
        if self._read is None or time.monotonic() - self._read > _KEPT:
            async with self._reading() as connection:
                self._departments = await queries.departments(connection)
            self._read = time.monotonic()
        return self._departments
