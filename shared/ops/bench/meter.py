"""Meter (计量): CPU seconds and memory of every process of a stack, and bytes of write-ahead log, read from outside."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ops.child import resident
from ops.stack import Stack

_TICKS = os.sysconf("SC_CLK_TCK")
DRIVER = "driver"
"""Name of the measuring process itself among the groups."""


@dataclass(frozen=True)
class Reading:
    """One reading: seconds of CPU by process group since its start, bytes of WAL since the server's."""

    cpu: dict[str, float]
    wal: int

    def since(self, before: "Reading") -> "Reading":
        """What was used between two readings."""
        return Reading({name: self.cpu[name] - before.cpu[name] for name in self.cpu}, self.wal - before.wal)

    @property
    def product(self) -> float:
        """CPU seconds of everything but the measuring process."""
        return sum(seconds for name, seconds in self.cpu.items() if name != DRIVER)


async def read(stack: Stack) -> Reading:
    """Read a stack's processes, PostgreSQL with all its backends, and this process."""
    cpu = {name: cpu_of([stack.pid_of(name)]) for name in _processes(stack)}
    cpu["postgres"] = cpu_of(family(stack.pid_of("postgres")))
    cpu[DRIVER] = cpu_of([os.getpid()])
    return Reading(cpu, await wal_of(next(iter(stack.superuser_urls.values()))))


async def wal_of(superuser_url: str) -> int:
    """Bytes of WAL written since the server was made."""
    connection = await asyncpg.connect(superuser_url)
    try:
        return int(await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
    finally:
        await connection.close()


async def stored(stack: Stack) -> int:
    """Bytes the databases of a stack hold, indexes included."""
    total = 0
    for url in stack.superuser_urls.values():
        connection = await asyncpg.connect(url)
        try:
            total += int(await connection.fetchval("SELECT pg_database_size(current_database())"))
        finally:
            await connection.close()
    return total


def cpu_of(pids: Sequence[int]) -> float:
    """CPU seconds of processes and of their children that have ended."""
    return sum(_ticks(pid) for pid in pids) / _TICKS


def family(pid: int) -> list[int]:
    """A process and those it started that still run."""
    return [pid, *(child for child in _running() if _parent(child) == pid)]


def memory(stack: Stack, which: str = "VmRSS") -> dict[str, float]:
    """MiB by process of the stack."""
    return {name: round(resident(stack.pid_of(name), which), 1) for name in _processes(stack)}


def _processes(stack: Stack) -> tuple[str, ...]:
    return (*stack.urls, *stack.replica_urls, "nats")


def _running() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int:
    return _field(pid, lambda fields: int(fields[1]))


def _ticks(pid: int) -> int:
    return _field(pid, lambda fields: sum(int(each) for each in fields[11:15]))


def _field(pid: int, wanted: Callable[[list[str]], int]) -> int:
    """A number of ``/proc/<pid>/stat``, 0 when the process has ended; the name before it may hold blanks."""
    fields = "".join(_lines(Path(f"/proc/{pid}/stat"))).rpartition(")")[2].split()
    return wanted(fields) if fields else 0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []
