"""Freezing (冻结): SIGSTOP of a process with everything it started, and SIGCONT whatever happens meanwhile."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def family(pid: int) -> list[int]:
    """A process and its descendants, itself first; PostgreSQL's backends are children with sessions of their own."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    found = [pid]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """The process and its descendants do nothing inside; afterwards they go on as if nothing had been."""
    members = family(pid)
    try:
        for member in members:
            _send(member, signal.SIGSTOP)
        yield
    finally:
        for member in reversed(members):
            _send(member, signal.SIGCONT)


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
