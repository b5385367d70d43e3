"""The Celery peer (任务队列): every step a task, acknowledged late, on Redis from the system's package `redis-server`.

Six tasks to a chain. Redis keeps nothing on disk here, as is usual for a queue: what is queued goes with the power; and
without an outbox a crash between a commit and the next task loses the chain. Fewer promises than the product makes.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import redis
from celery import Celery

from benchmarks.chain import COUNTS, TABLES, case_of
from benchmarks.measuring import (
    SERVICES,
    Asked,
    Processor,
    Program,
    asked,
    beginnings,
    databases,
    latency,
    programs,
    require_once,
    tell,
    throughput,
)
from benchmarks.peer_celery_worker import ENDED, app_of
from ops.loopback import HOST, free_port

_PACKAGE = "redis-server"


@asynccontextmanager
async def queue_server() -> AsyncIterator[tuple[str, Program]]:
    """A Redis of our own, as its URL and its process."""
    binary = shutil.which(_PACKAGE)
    if binary is None:
        raise SystemExit(
            "没有 redis-server，请安装同名软件包 / redis-server is missing; install the package of that name"
        )
    port = free_port()
    with TemporaryDirectory() as folder:
        quiet = ["--save", "", "--appendonly", "no", "--logfile", f"{folder}/log"]
        server = await Program.started([binary, "--bind", HOST, "--port", str(port), "--dir", folder, *quiet])
        try:
            url = f"redis://{HOST}:{port}/0"
            client = redis.Redis.from_url(url)
            while not _answers(client):  # noqa: ASYNC110 - another process is asked
                await asyncio.sleep(0.05)
            yield url, server
        finally:
            await server.stop()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


async def feed(app: Celery, asked_for: Asked, start: float) -> None:
    """All decisions, at once or at the rate asked for."""

    def decide(chain: int) -> None:
        case = case_of(chain)
        app.send_task("approval.decide", [{name: getattr(case, name) for name in case.__struct_fields__}])

    def decide_all() -> None:
        for chain in range(asked_for.chains):
            decide(chain)

    if not asked_for.rate:
        await asyncio.to_thread(decide_all)
        return
    async for chain, _ in beginnings(asked_for.chains, asked_for.rate, start):
        decide(chain)


def wait(url: str, chains: int) -> dict[int, float]:
    """Chain → when both held its grade. Raises RuntimeError when nothing moves for a minute."""
    client = redis.Redis.from_url(url)
    ended: dict[int, dict[str, float]] = {}
    while sum(map(len, ended.values())) < 2 * chains:
        first: Any = client.blpop([ENDED], timeout=60)
        if first is None:
            raise RuntimeError(f"{len(ended)} of {chains} chains ended, and no more for a minute")
        more: Any = client.lpop(ENDED, 1000) or []
        for told in (first[1], *more):
            service, chain, at = told.decode().split(":")
            ended.setdefault(int(chain), {})[service] = float(at)
    return {chain: max(at.values()) for chain, at in ended.items()}


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure once."""
    async with databases(asked_for.postgres, TABLES) as at, queue_server() as (url, server):
        told = {service: {"database": at[service], "redis": url} for service in SERVICES}
        async with programs("peer_celery_worker", told) as running:
            result = await measure(asked_for, running, server, url)
        await require_once(at, COUNTS, asked_for.chains)
    return result


async def measure(asked_for: Asked, running: Sequence[Program], server: Program, url: str) -> dict[str, Any]:
    """From the first task sent to the last grade held."""
    processor, theirs, start = Processor(running), server.cpu_seconds(), monotonic()
    _, ended = await asyncio.gather(feed(app_of(url), asked_for, start), asyncio.to_thread(wait, url, asked_for.chains))
    return {
        **throughput(asked_for.chains, max(ended.values()) - start),
        **processor.spent(asked_for.chains),
        "redis_cpu_s_per_1000": round((server.cpu_seconds() - theirs) * 1000 / asked_for.chains, 4),
        **latency(asked_for.rate, start, ended),
    }


if __name__ == "__main__":
    tell(asyncio.run(run(asked(__doc__ or ""))))
