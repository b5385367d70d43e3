"""Watched (被观测): what of one process and its service the metrics are read from."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from chassis import metrics
from chassis.consumer import BatchConsumer
from chassis.metrics import Metrics, Numbers, Reading
from chassis.ops_api import Operations
from chassis.pages import Reading as Connecting
from chassis.reconciler import Reconciler
from chassis.relay import Relay
from contracts.topology import stream_of


@asynccontextmanager
async def watched(
    service: str,
    operations: Operations,
    consumers: Sequence[BatchConsumer[Any]],
    relay: Relay,
    reconciler: Reconciler,
    reading: Connecting,
    numbers: Sequence[Numbers],
) -> AsyncIterator[None]:
    """Have the numbers read for as long as the block lasts."""

    async def read() -> list[Reading]:
        told = metrics.of_status(await operations.status())
        async with reading() as connection:
            for each in numbers:
                told += await each.read(connection)
        return told

    tallies = (
        metrics.PUBLISHED(lambda: relay.published),
        metrics.APPLIED(lambda: {each.stream: each.taken for each in consumers}),
        metrics.REQUEUED(lambda: {stream_of(service): reconciler.requeued}),
    )
    told = Metrics((*metrics.OF_EVERY_SERVICE, *(gauge for each in numbers for gauge in each.gauges)), tallies, read)
    running = asyncio.create_task(told.run(), name="metrics")
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
