"""What was committed is published, exactly that, whatever dies in between."""

import asyncio
import json
from functools import partial
from typing import Any
from uuid import uuid4

import nats
import pytest

from chassis import relay as relay_module
from chassis.nats_access import NatsAccess
from chassis.nats_denials import Denials
from chassis.provision import provision
from ops.nats import EmbeddedNats
from tests.integration.chassis.road import Road, decided
from tests.journey import until

pytestmark = pytest.mark.servers


async def stored(road: Road) -> int:
    return (await road.js.stream_info("APPROVAL")).state.messages


async def has_stored(road: Road, messages: int) -> bool:
    return await stored(road) >= messages


async def test_committed_events_reach_the_stream_in_order_and_leave_the_outbox(road: Road) -> None:
    await road.say(*(decided(version=n) for n in range(1, 301)))
    await road.drain()
    messages = await road.delivered(300)
    assert [m.headers["Nats-Msg-Id"] for m in messages if m.headers] == [
        str(row["event_id"]) for row in await road.pool.fetch("SELECT event_id FROM event_log ORDER BY event_id")
    ]
    assert await road.count("outbox") == 0
    assert await road.count("event_log") == 300


@pytest.mark.parametrize("count", [1, 20], ids=["singly", "as a batch"])
async def test_every_header_arrives_as_it_was_sealed(road: Road, count: int) -> None:
    await road.say(*(decided(version=n) for n in range(1, count + 1)))
    await road.drain()
    rows = await road.pool.fetch("SELECT headers FROM event_log ORDER BY event_id")
    sealed = [json.loads(row["headers"]) for row in rows]
    arrived = [message.headers or {} for message in await road.delivered(count)]
    assert [{name: headers[name] for name in said} for headers, said in zip(arrived, sealed, strict=True)] == sealed


async def test_a_rolled_back_transaction_says_nothing(road: Road) -> None:
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with road.transactions.begin() as tx:
            tx.publish(decided())
            raise RuntimeError("changed my mind")
    await road.drain()
    assert (await stored(road), await road.count("event_log")) == (0, 0)


async def test_a_crash_between_publish_and_commit_repeats_and_stores_each_event_once(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_args: Any) -> None:
        raise RuntimeError("killed after the server answered")

    await road.say(*(decided(version=n) for n in range(1, 51)))
    with monkeypatch.context() as dying:
        dying.setattr(relay_module, "_record", die)
        with pytest.raises(RuntimeError, match="killed"):
            await road.relay.drain_once()
    assert (await stored(road), await road.count("outbox")) == (50, 50)

    await road.drain()
    assert (await stored(road), await road.count("outbox")) == (50, 0)
    recorded = await road.pool.fetch("SELECT unnest(event_ids) AS id FROM published_range")
    assert len({row["id"] for row in recorded}) == 50


async def test_an_event_the_server_refuses_is_isolated_and_the_others_go_out(road: Road) -> None:
    too_large = decided("S-large", licence_no="9" * 300_000)
    await road.say(decided("S-1"), too_large, decided("S-2"))
    for _ in range(relay_module.TRIES):
        await road.drain()
    await road.say(decided("S-3"))
    await road.drain()
    assert await stored(road) == 3
    rows = await road.pool.fetch("SELECT attempts, isolated, last_error FROM outbox")
    assert [(row["attempts"], row["isolated"]) for row in rows] == [(relay_module.TRIES, True)]
    assert "exceeds" in rows[0]["last_error"]


async def test_a_pointer_to_an_event_the_log_does_not_have_is_isolated_not_lost(road: Road) -> None:
    await road.pool.execute("INSERT INTO outbox (event_id, logged_at) VALUES ($1, now())", uuid4())
    async with road.transactions.begin() as tx:
        tx.publish(decided())
    for _ in range(relay_module.TRIES):
        await road.relay.drain_once()
    (row,) = await road.pool.fetch("SELECT isolated, last_error FROM outbox")
    assert (row["isolated"], "event log" in row["last_error"]) == (True, True)
    assert (await road.js.stream_info("APPROVAL")).state.messages == 1


async def test_an_event_on_another_services_subject_is_isolated_and_the_others_go_out(road: Road) -> None:
    await road.say(decided("S-1"), decided("S-2"), decided("S-3"))
    await road.pool.execute(
        "UPDATE event_log SET subject = replace(subject, 'shenguan.approval', 'shenguan.credit') "
        "WHERE event_id = (SELECT event_id FROM outbox ORDER BY id OFFSET 1 LIMIT 1)"
    )
    for _ in range(relay_module.TRIES):
        await road.drain()
    assert await stored(road) == 2
    rows = await road.pool.fetch("SELECT isolated, last_error FROM outbox")
    assert [row["isolated"] for row in rows] == [True]
    assert "another service" in rows[0]["last_error"]


async def test_what_the_server_denies_stays_queued_and_the_cause_is_known(road: Road, careful: EmbeddedNats) -> None:
    await provision(careful.url)
    denials = Denials()

    async def hear(error: Exception) -> None:
        denials.noted(error)

    another = NatsAccess(identity="credit", seed_file=careful.keys.seed_file("credit")).options()
    async with await nats.connect(careful.address, error_cb=hear, **another) as connection:
        await road.say(decided())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await relay_module.Relay("approval", road.pool, connection).drain_once()
    assert denials.standing
    assert await road.pool.fetch("SELECT attempts, isolated FROM outbox") == [(0, False)]


async def test_two_relays_at_once_publish_everything_once(road: Road) -> None:
    other = relay_module.Relay("approval", road.pool, road.connection)
    await road.say(*(decided(f"S-{n}") for n in range(2500)))

    async def drained(relay: relay_module.Relay) -> None:
        while await relay.drain_once():
            pass

    await asyncio.gather(drained(road.relay), drained(other))
    await road.drain()
    assert (await stored(road), await road.count("outbox")) == (2500, 0)
    ranges = await road.pool.fetch("SELECT first_seq, last_seq, event_ids FROM published_range ORDER BY first_seq")
    assert [number for row in ranges for number in range(row["first_seq"], row["last_seq"] + 1)] == [*range(1, 2501)]
    assert len({each for row in ranges for each in row["event_ids"]}) == 2500


async def test_what_is_committed_in_one_moment_is_published_at_once_and_recorded_together(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_LINGER", 60.0)
    running = asyncio.create_task(road.relay.run())
    for version in range(1, 7):
        await road.say(decided(version=version))
        road.relay.wake()
        await until(partial(has_stored, road, version))
    assert await road.count("published_range") == 0
    await road.relay.stop()
    await running
    ranges = await road.pool.fetch("SELECT first_seq, last_seq, cardinality(event_ids) FROM published_range")
    assert [tuple(row) for row in ranges] == [(1, 6, 6)]
    assert await road.count("outbox") == 0


async def test_a_stream_made_anew_in_that_moment_is_not_taken_for_the_one_before(
    road: Road, nats_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "_LINGER", 60.0)
    running = asyncio.create_task(road.relay.run())
    made = []
    for _ in range(2):
        await road.say(decided())
        road.relay.wake()
        await until(partial(has_stored, road, 1))
        made.append((await road.js.stream_info("APPROVAL")).created)
        if len(made) == 1:
            await road.js.delete_stream("APPROVAL")
            await provision(nats_url)
    await road.relay.stop()
    await running
    ranges = await road.pool.fetch("SELECT stream_created, first_seq FROM published_range ORDER BY id")
    assert [tuple(row) for row in ranges] == [(made[0], 1), (made[1], 1)]


async def test_a_relay_told_to_stop_records_what_it_published_first(road: Road) -> None:
    running = asyncio.create_task(road.relay.run())
    await road.say(decided())
    await until(partial(has_stored, road, 1))
    await road.relay.stop()
    await running
    assert (await road.count("outbox"), await road.count("published_range")) == (0, 1)
