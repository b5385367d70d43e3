"""What the stream lost comes back from the event log."""

import pytest

from chassis.provision import provision
from chassis.reconciler import Reconciler
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers


async def test_nothing_is_queued_again_while_the_stream_is_whole(road: Road) -> None:
    await road.say(*(decided(version=n) for n in range(1, 101)))
    await road.drain()
    assert await Reconciler("approval", road.pool, road.connection).compare() == 0
    assert await road.count("outbox") == 0


async def test_a_wiped_stream_is_filled_again_and_effects_stay_single(road: Road, nats_url: str) -> None:
    await road.say(*(decided(version=n) for n in range(1, 101)))
    await road.drain()
    consumer = road.consumer()
    await consumer.take(await road.delivered(100))
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)

    assert await Reconciler("approval", road.pool, road.connection).compare() == 100
    await road.drain()
    await consumer.take(await road.delivered(100))
    assert await road.noted() == list(range(1, 101))
    assert await Reconciler("approval", road.pool, road.connection).compare() == 0


async def test_sequences_used_again_by_others_are_noticed(road: Road, nats_url: str) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()
    await road.pool.execute("UPDATE published_range SET first_seq = first_seq + 3, last_seq = last_seq + 3")
    assert await Reconciler("approval", road.pool, road.connection).compare() == 10


async def test_a_changed_stream_is_reported_and_put_right(road: Road, nats_url: str) -> None:
    assert await provision(nats_url) == []
    config = (await road.js.stream_info("CREDIT")).config
    config.max_age = 7200.0
    await road.js.update_stream(config)
    await road.js.delete_consumer("APPROVAL", "supervision-from-approval")
    drifts = {(d.name, d.action, d.fields) for d in await provision(nats_url)}
    assert drifts == {("CREDIT", "updated", ("max_age",)), ("supervision-from-approval", "created", ())}
    assert await provision(nats_url) == []
