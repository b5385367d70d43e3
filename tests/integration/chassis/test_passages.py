"""Of an event its own service says where it stands in the stream, and who listens when it was taken: once, and by whom."""

from copy import copy
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from chassis.passages import passages
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers


async def ids_of(road: Road) -> list[UUID]:
    return [row["event_id"] for row in await road.pool.fetch("SELECT event_id FROM event_log ORDER BY event_id")]


async def test_an_event_is_found_at_its_sequence_with_the_digest_of_what_stands_there(road: Road) -> None:
    await road.say(*(decided(version=n) for n in range(1, 4)))
    await road.drain()
    await road.say(decided(version=4))
    await road.drain()
    async with road.pool.acquire() as connection:
        found = await passages(connection, "approval", await ids_of(road))
    assert [each["sequence"] for each in found["told"]] == [1, 2, 3, 4]
    for each in found["told"]:
        kept = await road.js.get_msg(each["stream"], each["sequence"])
        assert (kept.headers or {})["Nats-Msg-Id"] == each["event_id"]
        assert sha256(kept.data or b"").hexdigest() == each["sha256"]
    assert found["taken"] == []


async def test_an_event_that_waits_has_no_place_and_one_of_others_is_not_told(road: Road) -> None:
    await road.say(decided())
    (own,) = await ids_of(road)
    async with road.pool.acquire() as connection:
        found = await passages(connection, "approval", [own, uuid4()])
    assert [(each["event_id"], each["sequence"], each["published_at"]) for each in found["told"]] == [
        (str(own), None, None)
    ]


async def test_who_listens_took_it_once_however_often_it_came(road: Road) -> None:
    await road.say(decided())
    await road.drain()
    consumer = road.consumer()
    messages = await road.delivered(1)
    again = [copy(message) for message in messages]
    await consumer.take(messages)
    await consumer.take(again)
    async with road.pool.acquire() as connection:
        found = await passages(connection, "supervision", await ids_of(road))
    (taken,) = found["taken"]
    assert (taken["consumer"], taken["event_id"]) == ("supervision-from-approval", str((await ids_of(road))[0]))
