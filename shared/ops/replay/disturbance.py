"""Disturbance (扰动): kills every service once with -9 at a random moment of the replay; the seed repeats the choice."""

import asyncio
from collections.abc import Callable, Sequence
from random import Random

LATEST = 0.95
WITHIN_A_DAY = 0.05
"""Seconds: the kill falls somewhere between the first and the last request of its day."""


class KillEach:
    """``kill`` ends one service's process with SIGKILL and answers its pid; the stack's supervisor starts it again."""

    def __init__(
        self, services: Sequence[str], kill: Callable[[str], int], seed: int, say: Callable[[str], None]
    ) -> None:
        self._random = Random(seed)  # noqa: S311 - a test's moment, not a secret; the seed must repeat it
        self._moments = {service: self._random.uniform(0.0, LATEST) for service in services}
        self._kill, self._say = kill, say
        self._due: list[asyncio.Task[None]] = []

    def before_day(self, progress: float) -> None:
        """The replay has come to ``progress`` (0..1): whoever's moment has come is killed while the day is sent."""
        for service in [name for name, moment in self._moments.items() if moment <= progress]:
            del self._moments[service]
            self._due.append(asyncio.create_task(self._strike(service, self._random.uniform(0.0, WITHIN_A_DAY))))

    async def finish(self) -> None:
        """Everybody has been killed once when this returns, also in a replay of a single step."""
        self.before_day(1.0)
        await asyncio.gather(*self._due)

    async def _strike(self, service: str, delay: float) -> None:
        await asyncio.sleep(delay)
        pid = self._kill(service)
        self._say(f"kill -9 {service} (pid {pid})")
