"""A process that stops gives back what it was given and did not begin: nobody waits until the server takes it for lost."""

import asyncio
from collections.abc import Sequence
from time import monotonic
from typing import Any

import pytest

from chassis.bus import Bus
from chassis.nats_access import NatsAccess
from chassis.provision import ACK_WAIT
from chassis.pull import BATCH
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers


class Slow:
    """A consumer that is busy with its first batch."""

    stream, durable, linger = "APPROVAL", "supervision-from-approval", 0.0

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.taken = 0

    async def take(self, messages: Sequence[Any]) -> None:
        self.began.set()
        await asyncio.sleep(0.3)
        for message in messages:
            await message.ack()
        self.taken += len(messages)


async def listening(slow: Slow, nats_url: str) -> Bus:
    bus = Bus("supervision", nats_url, NatsAccess(identity="supervision"))
    bus.subscribe(slow)  # type: ignore[arg-type] # as much of a consumer as the bus sees
    await bus.connect()
    await bus.start([(slow.stream, slow.durable)])
    return bus


async def test_what_was_not_begun_is_delivered_again_at_once(road: Road, nats_url: str) -> None:
    await road.say(*(decided(f"S-{n}") for n in range(2 * BATCH)))
    await road.drain()
    slow = Slow()
    bus = await listening(slow, nats_url)
    await asyncio.wait_for(slow.began.wait(), 10)
    stopped = monotonic()
    await bus.stop()
    assert 0 < slow.taken < 2 * BATCH
    messages = await road.delivered(2 * BATCH - slow.taken)
    assert monotonic() - stopped < ACK_WAIT / 2
    assert {message.metadata.num_delivered for message in messages} <= {1, 2}


async def test_a_burst_waits_at_the_server_and_not_in_the_process(road: Road, nats_url: str) -> None:
    await road.say(*(decided(f"S-{n}") for n in range(8 * BATCH)))
    await road.drain()
    slow = Slow()
    bus = await listening(slow, nats_url)
    given = []
    async with asyncio.timeout(20):
        while slow.taken < 8 * BATCH:
            _, unacknowledged = await bus.state(slow.stream, slow.durable) or (0, 0)
            given.append(unacknowledged)
            await asyncio.sleep(0.05)
    await bus.stop()
    assert BATCH <= max(given) <= 3 * BATCH, "one batch at hand, two to come"
