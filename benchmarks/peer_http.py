"""The HTTP peer (同步调用): three FastAPI services that call each other, with aiohttp, uvloop, httptools and asyncpg.

A chain is two requests of a bureau and three between the services. Fast to write and easy to follow, but not the same
promise: nothing is kept for a service that is down, so a chain that meets one fails half done and stays so.
"""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import aiohttp
import msgspec
import uvloop

from benchmarks.chain import COUNTS, TABLES, case_of, inspection_of
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
from ops.loopback import HOST, free_port

IN_FLIGHT = 32
"""Chains under way at once, without a rate."""
_JSON = {"content-type": "application/json"}
_encode = msgspec.json.Encoder().encode


class Bureaus:
    """Carries chains through, a decision and then its inspection."""

    def __init__(self, client: aiohttp.ClientSession, urls: Mapping[str, str]) -> None:
        self._client = client
        self._decisions, self._inspections = f"{urls['approval']}/decisions", f"{urls['supervision']}/inspections"
        self.ended: dict[int, float] = {}

    async def chain(self, number: int) -> None:
        """One chain; both who hold the grade hold it when this returns."""
        await self._post(self._decisions, case_of(number))
        await self._post(self._inspections, inspection_of(number))
        self.ended[number] = monotonic()

    async def all(self, asked_for: Asked, start: float) -> None:
        """Every chain, some at once or each at its time."""
        if asked_for.rate:
            async with asyncio.TaskGroup() as under_way:
                async for number, _ in beginnings(asked_for.chains, asked_for.rate, start):
                    under_way.create_task(self.chain(number))
            return
        numbers = iter(range(asked_for.chains))

        async def one_after_the_other() -> None:
            for number in numbers:
                await self.chain(number)

        await asyncio.gather(*(one_after_the_other() for _ in range(IN_FLIGHT)))

    async def _post(self, url: str, body: Any) -> None:
        async with self._client.post(url, data=_encode(body)) as answer:
            answer.raise_for_status()
            await answer.read()


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure once."""
    urls = {service: f"http://{HOST}:{free_port()}" for service in SERVICES}
    async with databases(asked_for.postgres, TABLES) as at:
        told = {service: {"database": at[service], "urls": urls} for service in SERVICES}
        async with programs("peer_http_service", told) as running:
            result = await measure(asked_for, running, urls)
        await require_once(at, COUNTS, asked_for.chains)
    return result


async def measure(asked_for: Asked, running: Sequence[Program], urls: Mapping[str, str]) -> dict[str, Any]:
    """From the first request to the last answer."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers=_JSON) as client:
        bureaus = Bureaus(client, urls)
        processor, start = Processor(running), monotonic()
        await bureaus.all(asked_for, start)
        return {
            **throughput(asked_for.chains, monotonic() - start),
            **processor.spent(asked_for.chains),
            **latency(asked_for.rate, start, bureaus.ended),
        }


if __name__ == "__main__":
    tell(uvloop.run(run(asked(__doc__ or ""))))
