"""The faststream-outbox peer (发件箱库): the outbox of the library of that name, relayed to JetStream, row by row.

Three services; four events to a chain, those somebody acts on. The same promise as the product makes of delivery: what
was committed is told. Its relay and its handlers take one event at a time, with eight workers each.
"""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

import msgspec
import uvloop

from benchmarks.chain import COUNTS, TABLES, case_of
from benchmarks.jetstream import connect, publish, streams
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
from benchmarks.peer_outbox_process import LISTENING

_PORTION = 500
_encode = msgspec.json.Encoder().encode


async def feed(asked_for: Asked, prefix: str, start: float) -> None:
    """All decisions, at once or at the rate asked for."""
    broker = await connect(asked_for.nats)

    async def decide(chains: Sequence[int]) -> None:
        await publish(broker, [(f"{prefix}.intake.case", _encode(case_of(n)), f"C{n}") for n in chains])

    if asked_for.rate:
        async for chain, _ in beginnings(asked_for.chains, asked_for.rate, start):
            await decide([chain])
    else:
        for first in range(0, asked_for.chains, _PORTION):
            await decide(range(first, min(first + _PORTION, asked_for.chains)))
    await broker.close()


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure once."""
    durables: dict[str, dict[str, Sequence[str]]] = {}
    for service, steps in LISTENING.items():
        for step, begins in steps.items():
            stream, _, event = begins.partition(".")
            durables.setdefault(stream, {})[f"{service}-{step}"] = [event]
    async with databases(asked_for.postgres, TABLES) as at, streams(asked_for.nats, durables) as prefix:
        common = {"nats": asked_for.nats, "prefix": prefix, "chains": asked_for.chains}
        told = {service: {**common, "database": at[service]} for service in SERVICES}
        async with programs("peer_outbox_process", told) as running:
            result = await measure(asked_for, running, prefix)
        await require_once(at, COUNTS, asked_for.chains)
    return result


async def measure(asked_for: Asked, running: Sequence[Program], prefix: str) -> dict[str, Any]:
    """From the first decision to the last grade held."""
    processor, start = Processor(running), monotonic()
    await feed(asked_for, prefix, start)
    approval, supervision, _ = await asyncio.gather(*(program.said() for program in running))
    ended = {int(chain): max(at, supervision[chain]) for chain, at in approval.items()}
    return {
        **throughput(asked_for.chains, max(ended.values()) - start),
        **processor.spent(asked_for.chains),
        **latency(asked_for.rate, start, ended),
    }


if __name__ == "__main__":
    tell(uvloop.run(run(asked(__doc__ or ""))))
