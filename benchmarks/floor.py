"""The floor (下限): the events of the product's chain with bare asyncpg and nats-py batches, and no rules.

Four processes with a database each; inbox, rows, event log and outbox in one transaction per batch; a relay by atomic
batches; continuous pull, explicit acknowledgements; the durability of the servers given. Left out is what the product is
for: content checks, catalogue, calendar, grades reckoned from records, signatures, audit, locks, telemetry, dead letters.
"""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import asyncpg
import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg

from benchmarks.chain import COUNTS, TABLES, case_of, inspection_of
from benchmarks.floor_process import LISTENING, TRANSPORT
from benchmarks.floor_rows import SHOWN, TASK, Event
from benchmarks.jetstream import Message, connect, publish, streams
from benchmarks.measuring import (
    Asked,
    Processor,
    Program,
    beginnings,
    databases,
    latency,
    main,
    programs,
    require_once,
    throughput,
)

_PORTION = 500
_encode = msgspec.json.Encoder().encode


class Bureaus:
    """Feeds the chains: decisions on time, and the inspection of each task as soon as it is told of (办件与检查的来源)."""

    def __init__(self, broker: Client, prefix: str) -> None:
        self._broker = broker
        self._prefix = prefix
        self._inspections: list[Message] = []
        self._due = asyncio.Event()
        self._chain_of = msgspec.json.Decoder(Event).decode

    async def listen(self) -> None:
        """Hear of tasks as a bureau's own system does."""
        subject = f"{self._prefix}.supervision.{TASK}"
        await self._broker.subscribe(subject, cb=self._task, pending_msgs_limit=-1, pending_bytes_limit=-1)
        await self._broker.flush()

    async def decide(self, chains: Sequence[int]) -> None:
        """State decisions."""
        subject = f"{self._prefix}.intake.approval"
        await publish(self._broker, [(subject, _encode(case_of(n)), f"C{n}") for n in chains])

    async def inspect(self) -> None:
        """State the inspections of the tasks told of meanwhile; for ever."""
        while True:
            await self._due.wait()
            self._due.clear()
            due, self._inspections = self._inspections, []
            await publish(self._broker, due)

    async def _task(self, message: Msg) -> None:
        chain = self._chain_of(message.data).chain
        body = _encode(inspection_of(chain))
        self._inspections.append((f"{self._prefix}.intake.supervision", body, f"I{chain}"))
        self._due.set()


async def feed(bureaus: Bureaus, asked_for: Asked, start: float) -> None:
    """All decisions, at once or at the rate asked for."""
    if not asked_for.rate:
        for first in range(0, asked_for.chains, _PORTION):
            await bureaus.decide(range(first, min(first + _PORTION, asked_for.chains)))
        return
    async for due in beginnings(asked_for.chains, asked_for.rate, start):
        await bureaus.decide(due)


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure once."""
    durables: dict[str, dict[str, Sequence[str]]] = {}
    for service, listening in LISTENING.items():
        for stream, what in listening.items():
            durables.setdefault(stream, {})[f"{service}-from-{stream}"] = what.events
    tables = TABLES | {"console": SHOWN}
    schemas = {service: tables[service] + TRANSPORT for service in LISTENING}
    async with databases(asked_for.postgres, schemas) as urls, streams(asked_for.nats, durables) as prefix:
        common = {"nats": asked_for.nats, "prefix": prefix, "chains": asked_for.chains}
        told = {service: {**common, "database": urls[service]} for service in LISTENING}
        async with programs("floor_process", told) as running:
            result = await measure(asked_for, running, prefix)
        await require_once(urls, COUNTS, asked_for.chains)
        await require_told(urls)
    return result


async def measure(asked_for: Asked, running: Sequence[Program], prefix: str) -> dict[str, Any]:
    """From the first decision to the last grade at both who hold it; the CPU time of what the console does after it counts."""
    broker = await connect(asked_for.nats)
    bureaus = Bureaus(broker, prefix)
    await bureaus.listen()
    processor, start = Processor(running), monotonic()
    async with asyncio.TaskGroup() as under_way:
        inspecting = under_way.create_task(bureaus.inspect())
        await feed(bureaus, asked_for, start)
        said = await asyncio.gather(*(program.said() for program in running))
        cpu = processor.spent(asked_for.chains)
        inspecting.cancel()
    await broker.close()
    *deciding, _ = said  # what the console shows comes after the end of a chain, as in the product
    ended = {int(n): max(each["ended"][n] for each in deciding[:2]) for n in deciding[0]["ended"]}
    return {
        **throughput(asked_for.chains, max(each["at"] for each in deciding) - start),
        **cpu,
        **latency(asked_for.rate, start, ended),
    }


async def require_told(urls: Mapping[str, str]) -> None:
    """Raises RuntimeError when an outbox still holds an event: the relay forgets only what JetStream has."""
    for service, url in urls.items():
        connection = await asyncpg.connect(url)
        left = await connection.fetchval("SELECT count(*) FROM outbox")
        await connection.close()
        if left:
            raise RuntimeError(f"{service}: {left} events are still queued")


if __name__ == "__main__":
    main(run, __doc__)
