"""Rivals (对照): the floor and the peers, each a program of ``benchmarks/`` started on the same servers.

They stand in the source tree and not in the installed package: who wants to compare has the source.
"""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ops.bench.meter import cpu_of, family
from ops.failure import CannotRun
from ops.stack import Stack

FLOOR, HTTP = "floor", "peer_http"
FULL = ("peer_celery", "peer_faststream_outbox", "peer_dbos")
_HOME = Path(__file__).resolve().parents[3]
_PATIENCE = 600.0


@dataclass(frozen=True)
class Told:
    """What a program measured of itself, with the servers' CPU while it ran. ``document``: its JSON line."""

    document: dict[str, Any]
    servers: float
    """CPU seconds of PostgreSQL and NATS."""

    @property
    def per_second(self) -> float:
        """Chains per second."""
        return float(self.document["chains_per_s"])

    @property
    def cpu_per_1000(self) -> float:
        """CPU seconds per 1,000 chains, its processes and the servers together."""
        return float(self.document["cpu_s_per_1000"]) + 1000 * self.servers / float(self.document["chains"])


def present() -> bool:
    """Whether the programs are there."""
    return (_HOME / "benchmarks" / f"{FLOOR}.py").is_file()


async def told(stack: Stack, program: str, *arguments: str) -> Told:
    """Run one program on the stack's servers.

    Raises:
        CannotRun: it is not there, or ended badly.
    """
    if not present():
        raise CannotRun(
            zh=f"没有 benchmarks/{program}.py：对照程序只在源代码目录里，请在克隆的目录中运行",
            en=f"there is no benchmarks/{program}.py: the rivals are in the source tree, run it from a clone",
        )
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"benchmarks.{program}", *arguments, "--json"),
        *("--postgres", _postgres(stack), "--nats", stack.nats_url),
        cwd=_HOME,
        env={**os.environ, "PYTHONPATH": str(_HOME)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    before = _used(stack)
    try:
        async with asyncio.timeout(_PATIENCE):
            said, cried = await child.communicate()
    except BaseException:
        if child.returncode is None:
            child.terminate()
            await child.wait()
        raise
    used = _used(stack) - before
    if child.returncode != 0:
        end = cried.decode("utf-8", "replace")[-800:]
        raise CannotRun(
            zh=f"对照程序 {program} 以 {child.returncode} 结束：{end}",
            en=f"the program {program} ended with {child.returncode}: {end}",
        )
    return Told(json.loads(said.splitlines()[-1]), used)


def _used(stack: Stack) -> float:
    return cpu_of([stack.pid_of("nats"), *family(stack.pid_of("postgres"))])


def _postgres(stack: Stack) -> str:
    """The superuser's URL of the server itself."""
    return urlsplit(next(iter(stack.superuser_urls.values())))._replace(path="/postgres").geturl()
