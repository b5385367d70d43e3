"""What floor, limits and peers have in common (测量): arguments, processes and their processor time, pace, percentiles.

Each is run as `python -m benchmarks.<name> --chains N [--rate R --seconds S] --postgres URL --nats URL --json` on servers
that are given, makes databases of its own there, removes them, and prints one line of JSON. Instants are the
machine's monotonic clock, the same in every process.
"""

import argparse
import asyncio
import os
import resource
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import msgspec

from ops.child import follow

SERVICES = ("approval", "supervision", "credit")
_TICKS = os.sysconf("SC_CLK_TCK")
_DROPPED = 0.1
"""Share of the chains at the beginning of a paced run that is not counted: caches and connections are still cold."""
_PATIENCE = 900.0
"""Seconds a whole run may take."""


@dataclass(frozen=True)
class Asked:
    """The command line. ``rate``: chains a second, 0 = as fast as they go; ``chains``: how many."""

    chains: int
    rate: float
    postgres: str
    nats: str


def asked(what: str) -> Asked:
    """Read the command line. ``what``: the module's docstring, for --help."""
    name = Path(sys.argv[0]).stem
    example = f"example: python -m benchmarks.{name} --chains 20000 --postgres URL --nats URL --json"
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=what,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--chains", type=int, default=20_000, help="chains, when no rate is given")
    parser.add_argument("--rate", type=float, default=0.0, help="chains a second, begun on time whatever happens")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long, at a rate")
    parser.add_argument("--postgres", required=True, help="superuser's URL of a PostgreSQL")
    parser.add_argument("--nats", default="", help="URL of a NATS with JetStream, user included")
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of an indented one")
    given = parser.parse_args()
    chains = round(given.rate * given.seconds) if given.rate else given.chains
    return Asked(chains, given.rate, given.postgres, given.nats)


def tell(result: Mapping[str, Any]) -> None:
    """Print the result as the command line asked."""
    line = msgspec.json.encode(result)
    sys.stdout.write((line if "--json" in sys.argv else msgspec.json.format(line, indent=2)).decode() + "\n")


class Program:
    """One process of a peer (进程): told its settings and telling its progress in lines of JSON; ends with us."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def started(cls, command: Sequence[str], settings: Any = None) -> Self:
        """Start it and tell it its settings."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=2**26,
            preexec_fn=partial(follow, os.getpid(), signal.SIGKILL),
        )
        program = cls(process)
        await program.tell(settings)
        return program

    @classmethod
    async def module(cls, name: str, role: str, settings: Any) -> Self:
        """The same for one of our own modules: ``python -m benchmarks.<name> <role>``."""
        return await cls.started([sys.executable, "-m", f"benchmarks.{name}", role], settings)

    async def tell(self, what: Any) -> None:
        """Send it a line."""
        assert self._process.stdin  # noqa: S101 - opened above
        self._process.stdin.write(msgspec.json.encode(what) + b"\n")
        await self._process.stdin.drain()

    async def said(self) -> Any:
        """Its next line. Raises RuntimeError when it ended instead."""
        assert self._process.stdout  # noqa: S101 - opened above
        line = await asyncio.wait_for(self._process.stdout.readline(), _PATIENCE)
        if not line:
            raise RuntimeError(f"a process of the peer ended with {await self._process.wait()}")
        return msgspec.json.decode(line)

    def cpu_seconds(self) -> float:
        """Processor time of it and of the processes it started that still run."""
        return sum(_cpu_of(pid) for pid in _family(self._process.pid))

    async def stop(self) -> None:
        """End it in good order, or by force after ten seconds."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 10)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def programs(module: str, settings: Mapping[str, Any]) -> AsyncIterator[list[Program]]:
    """A process per role, role → settings; each has said that it is ready, and is ended afterwards."""
    started: list[Program] = []
    try:
        for role, its in settings.items():
            started.append(await Program.module(module, role, its))
        for program in started:
            await program.said()
        yield started
    finally:
        await asyncio.gather(*(program.stop() for program in started))


def told() -> Any:
    """In a process of a peer: what ``Program.started`` told it."""
    return msgspec.json.decode(sys.stdin.readline())


def say(what: Any) -> None:
    """In a process of a peer: a line to who started it."""
    sys.stdout.write(msgspec.json.encode(what).decode() + "\n")
    sys.stdout.flush()


def _family(pid: int) -> list[int]:
    """A process and its descendants."""
    found = [pid]
    for parent in found:
        for listed in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in listed.read_text().split()]
    return found


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


@asynccontextmanager
async def databases(postgres: str, schemas: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """A database per service with its tables, as URLs; gone afterwards."""
    run = uuid4().hex[:12]
    admin = await asyncpg.connect(postgres)
    async with AsyncExitStack() as leaving:
        leaving.push_async_callback(admin.close)
        urls = {}
        for service, schema in schemas.items():
            name = f"bench_{run}_{service}"
            await admin.execute(f'CREATE DATABASE "{name}"')
            leaving.push_async_callback(admin.execute, f'DROP DATABASE "{name}" WITH (FORCE)')
            urls[service] = urlsplit(postgres)._replace(path=f"/{name}").geturl()
            if schema:
                connection = await asyncpg.connect(urls[service])
                await connection.execute(schema)
                await connection.close()
        yield urls


async def require_once(urls: Mapping[str, str], tables: Mapping[str, Sequence[str]], chains: int) -> None:
    """Every chain arrived, and once: a row for each. Raises RuntimeError naming the table that says otherwise."""
    for service, counted in tables.items():
        connection = await asyncpg.connect(urls[service])
        try:
            # Names of our own modules.
            there = {table: await connection.fetchval(f"SELECT count(*) FROM {table}") for table in counted}  # noqa: S608
        finally:
            await connection.close()
        for table, rows in there.items():
            if rows != chains:
                raise RuntimeError(f"{service}: {table} has {rows} rows for {chains} chains")


async def beginnings(chains: int, rate: float, start: float) -> AsyncIterator[tuple[int, float]]:
    """Each chain with the instant it is meant to begin at, when that has come, however late the earlier ones are."""
    for chain in range(chains):
        meant = start + chain / rate
        if (wait := meant - monotonic()) > 0:
            await asyncio.sleep(wait)
        yield chain, meant


class Processor:
    """Processor time of programs and of this process from now on (处理器时间)."""

    def __init__(self, programs: Sequence[Program]) -> None:
        self._programs = programs
        self._theirs, self._ours = self._read()
        self.began = monotonic()

    def spent(self, chains: int) -> dict[str, float]:
        """Seconds per 1000 chains: of the programs, and of this process, which only feeds and waits."""
        theirs, ours = self._read()
        return {
            "cpu_s_per_1000": round((theirs - self._theirs) * 1000 / chains, 4),
            "client_cpu_s_per_1000": round((ours - self._ours) * 1000 / chains, 4),
        }

    def _read(self) -> tuple[float, float]:
        own = resource.getrusage(resource.RUSAGE_SELF)
        return sum(program.cpu_seconds() for program in self._programs), own.ru_utime + own.ru_stime


def throughput(chains: int, seconds: float) -> dict[str, Any]:
    """The first members of every result."""
    return {"chains": chains, "seconds": round(seconds, 3), "chains_per_s": round(chains / seconds, 1)}


def latency(rate: float, start: float, ended: Mapping[int, float]) -> dict[str, float]:
    """Percentiles in ms from the meant beginning of each chain to its end; nothing without a rate."""
    if not rate:
        return {}
    first = round(len(ended) * _DROPPED)
    took = sorted((ended[chain] - start - chain / rate) * 1000 for chain in sorted(ended)[first:])
    at = {"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999}
    return {name: round(took[min(len(took) - 1, int(len(took) * share))], 2) for name, share in at.items()}
