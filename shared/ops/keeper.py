"""The keeper (守护): starts again what died, at once the first time, then with growing pauses, and counts it."""

import asyncio
from collections.abc import Callable
from time import monotonic

from ops.child import Restartable
from ops.failure import CannotRun

Say = Callable[[str, str], None]
_LONGEST_PAUSE = 5.0
_STEADY = 30.0


class Keeper:
    """Watches one process until it is cancelled."""

    def __init__(self, name: str, kept: Restartable, say: Say, changed: Callable[[], None]) -> None:
        self.name = name
        self.kept = kept
        self.restarts = 0
        self._say = say
        self._changed = changed
        self._pause = 0.0

    async def run(self) -> None:
        """Start it again whenever it ended; never gives up, never starts two."""
        while True:
            since = monotonic()
            code = await self.kept.child.exited()
            self._pause = 0.0 if monotonic() - since > _STEADY or not self.restarts else self._pause * 2 or 0.1
            self.restarts += 1
            self._say(
                f"{self.name} 意外结束（{code}），第 {self.restarts} 次重新启动",
                f"{self.name} ended unexpectedly ({code}); restart no. {self.restarts}",
            )
            await asyncio.sleep(min(self._pause, _LONGEST_PAUSE))
            try:
                await self.kept.start()
            except CannotRun as failed:
                self._say(failed.zh, failed.en)
            self._changed()
