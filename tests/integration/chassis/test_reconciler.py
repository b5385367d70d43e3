"""What the stream lost comes back from the event log."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy

from chassis.provision import provision
from chassis.reconciler import REPUBLISHED, Reconciler
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers


def once_before(
    monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], Awaitable[Any]], *, after: bool = False
) -> None:
    """Let something happen right before (or after) the first time NATS is asked this."""
    asked = getattr(JetStreamContext, name)

    async def asking(*args: Any, **options: Any) -> Any:
        monkeypatch.setattr(JetStreamContext, name, asked)
        if not after:
            await act()
        answer = await asked(*args, **options)
        if after:
            await act()
        return answer

    monkeypatch.setattr(JetStreamContext, name, asking)


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


@pytest.mark.parametrize("after", [False, True], ids=["before the stream answers", "after the stream answered"])
async def test_what_the_relay_publishes_meanwhile_is_not_lost(
    road: Road, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()

    async def publish_more() -> None:
        await road.say(*(decided(version=n) for n in range(11, 36)))
        await road.drain()

    once_before(monkeypatch, "stream_info", publish_more, after=after)
    assert await Reconciler("approval", road.pool, road.connection).compare() == 0
    assert (await road.count("outbox"), (await road.js.stream_info("APPROVAL")).state.messages) == (0, 35)


async def test_of_a_wiped_stream_only_what_it_lost_is_queued_again(
    road: Road, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)

    async def publish_more() -> None:
        await road.say(*(decided(version=n) for n in range(11, 36)))
        await road.drain()

    once_before(monkeypatch, "stream_info", publish_more)
    assert await Reconciler("approval", road.pool, road.connection).compare() == 10
    await road.drain()
    assert await Reconciler("approval", road.pool, road.connection).compare() == 0
    assert (await road.js.stream_info("APPROVAL")).state.messages == 35


async def test_what_a_new_stream_has_already_is_not_queued_again(road: Road, nats_url: str) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)
    await road.say(*(decided(version=n) for n in range(11, 36)))
    await road.drain()

    assert await Reconciler("approval", road.pool, road.connection).compare() == 10


async def test_what_leaves_the_stream_by_age_meanwhile_is_not_lost(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()

    async def age() -> None:
        await road.say(decided(version=11))
        await road.drain()
        config = (await road.js.stream_info("APPROVAL")).config
        config.discard, config.max_msgs = DiscardPolicy.OLD, 1
        await road.js.update_stream(config)

    once_before(monkeypatch, "get_msg", age)
    assert await Reconciler("approval", road.pool, road.connection).compare() == 0


async def test_two_processes_that_find_one_loss_queue_it_once(
    road: Road, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await road.say(*(decided(version=n) for n in range(1, 11)))
    await road.drain()
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)
    one, other = (Reconciler("approval", road.pool, road.connection) for _ in range(2))
    queued: list[int] = []

    async def find_it_too() -> None:
        queued.append(await other.compare())

    once_before(monkeypatch, "stream_info", find_it_too)
    queued.append(await one.compare())
    assert (queued, await road.count("outbox")) == ([10, 0], 10)


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


async def test_events_older_than_inboxes_may_remember_are_not_published_again(road: Road, nats_url: str) -> None:
    await road.say(*(decided(version=n) for n in range(1, 4)))
    await road.drain()
    older = REPUBLISHED + timedelta(days=1)
    await road.pool.execute(
        "UPDATE event_log SET logged_at = logged_at - $1::interval"
        " WHERE event_id = (SELECT event_id FROM event_log ORDER BY event_id LIMIT 1)",
        older,
    )
    await road.pool.execute("UPDATE published_range SET logged_from = logged_from - $1::interval", older)
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)
    assert await Reconciler("approval", road.pool, road.connection).compare() == 2
