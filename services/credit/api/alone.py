"""One at a time (逐个进行): work on everything there is takes a processor; the second who asks waits his turn."""

from collections.abc import Iterator
from contextlib import contextmanager

from kernel.refusal import Refusal


class Alone:
    """Lets one in."""

    def __init__(self, zh: str, en: str) -> None:
        self._zh = zh
        self._en = en
        self._busy = False

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be the only one. Refuses ``already-running`` (409)."""
        if self._busy:
            raise Refusal(
                code="already-running",
                zh=f"{self._zh}正在进行，请在其结束后再试",
                en=f"{self._en} is running; try again when it has ended",
                status=409,
                retryable=True,
            )
        self._busy = True
        try:
            yield
        finally:
            self._busy = False
