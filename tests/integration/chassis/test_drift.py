"""Streams and durables that were deleted or narrowed are noticed, made whole again, and nobody spins meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from chassis import pull
from chassis.bus import Bus
from chassis.nats_access import NatsAccess
from chassis.provision import provision
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers

STREAM, DURABLE = "APPROVAL", "supervision-from-approval"


@pytest.fixture
async def bus(road: Road, nats_url: str) -> AsyncIterator[Bus]:
    bus = Bus("supervision", nats_url, NatsAccess.of("supervision"))
    bus.subscribe(road.consumer())
    await bus.connect()
    yield bus
    await bus.stop()


async def narrow(road: Road) -> None:
    config = (await road.js.consumer_info(STREAM, DURABLE)).config
    await road.js.add_consumer(
        STREAM, replace(config, filter_subject="shenguan.approval.nothing.>", filter_subjects=None)
    )


async def test_a_durable_that_passed_over_messages_is_made_anew_and_delivers_them(road: Road, nats_url: str) -> None:
    await narrow(road)
    await road.say(*(decided(version=n) for n in range(1, 4)))
    await road.drain()
    last = f"shenguan.{decided().fact}.v1.640202.0"
    await road.js.publish(last.replace("case.decided", "nothing"), b"", stream=STREAM)
    consumer = await road.js.pull_subscribe_bind(consumer=DURABLE, stream=STREAM)
    await (await consumer.fetch(1))[0].ack()

    drifts = await provision(nats_url)

    assert [(drift.name, drift.action) for drift in drifts] == [(DURABLE, "recreated")]
    await road.consumer().take(await road.delivered(3))
    assert await road.noted() == [1, 2, 3]


async def test_a_durable_that_lets_too_little_through_counts_as_missing(bus: Bus, road: Road) -> None:
    assert await bus.missing([(STREAM, DURABLE)]) == []
    await narrow(road)
    assert await bus.missing([(STREAM, DURABLE)]) == [DURABLE]
    await road.js.delete_consumer(STREAM, DURABLE)
    assert await bus.missing([(STREAM, DURABLE)]) == [DURABLE]


async def test_an_own_stream_that_keeps_less_than_declared_counts_as_missing_and_one_that_keeps_more_does_not(
    bus: Bus, road: Road, nats_url: str
) -> None:
    config = (await road.js.stream_info("SUPERVISION")).config
    await road.js.update_stream(replace(config, max_age=2 * (config.max_age or 0)))
    assert await bus.missing([]) == []
    await road.js.update_stream(replace(config, max_age=3600.0, duplicate_window=120.0))
    assert await bus.missing([]) == ["SUPERVISION"]
    await provision(nats_url)
    assert await bus.missing([]) == []


async def test_a_durable_that_is_gone_is_not_asked_for_without_a_pause(
    bus: Bus, road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "_PAUSE", 3600.0)
    await bus.start([(STREAM, DURABLE)])
    connection = await bus.broker.connect()
    await road.js.delete_consumer(STREAM, DURABLE)
    before = connection.stats["out_msgs"]
    for _ in range(50):
        await road.js.account_info()

    assert connection.stats["out_msgs"] - before <= 2
