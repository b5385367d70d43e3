"""Watchdog (看门狗): a process that cannot work any more ends, so that its supervisor starts a healthy one.

A closed NATS connection or a starved event loop would otherwise look alive for ever.
"""

import asyncio
import os
import threading
import time
from typing import NoReturn

import structlog

_log = structlog.get_logger(__name__)

EXIT_CODE = 70
"""EX_SOFTWARE."""
STARVED = 15.0
"""Seconds without a tick of the event loop."""
_LOOK = 1.0
_HALTED = 3.0
"""Seconds after which the watching thread itself was not run: the whole process was halted, its loop is not to blame."""


def give_up(reason: str) -> NoReturn:
    """End the process now, without asking a loop that may not answer."""
    _log.critical("process.gives_up", reason=reason)
    os._exit(EXIT_CODE)


class Watchdog:
    """An operating-system thread that expects the event loop to tick."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._ticked = time.monotonic()
        self._stopped = threading.Event()

    def start(self) -> None:
        """Watch until stopped."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """The process ends in good order."""
        self._stopped.set()

    def _watch(self) -> None:
        looked = time.monotonic()
        while not self._stopped.wait(_LOOK):
            before, looked = looked, time.monotonic()
            if looked - before > _HALTED:  # a suspended machine, SIGSTOP
                self._ticked = looked
            self._loop.call_soon_threadsafe(self._tick)
            if time.monotonic() - self._ticked > STARVED:
                give_up(f"the event loop did not tick for {STARVED:.0f} s")

    def _tick(self) -> None:
        self._ticked = time.monotonic()
