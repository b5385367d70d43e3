"""Whoever gets at NATS or at a table of waiting events cannot make a service do anything (伪造的事件)."""

import asyncio
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chassis import consumer as consumer_module
from chassis.envelope import Envelope
from chassis.envelope import seal as seal_unsigned
from chassis.provision import provision
from chassis.signing.events import HEADER, EventVerifier, signed
from chassis.signing.trusted import Trusted
from contracts.approval import CaseDecided
from kernel.refusal import Refusal
from tests.integration.chassis.road import Road, decided, object_turn
from tests.keys import public_key, signer, verifier

pytestmark = pytest.mark.servers


def plain(event: CaseDecided) -> Envelope:
    return seal_unsigned(event, service="approval", region="640202", now=datetime.now(UTC), cause=None, traceparent="")


def told_at(moment: datetime) -> Envelope:
    event = plain(decided("S-old"))
    return replace(event, headers={**event.headers, "ce-time": moment.isoformat()})


def unsigned() -> Envelope:
    return plain(decided("S-forged"))


def signed_by_another_service() -> Envelope:
    return signed(signer("credit"), [unsigned()])[0]


def with_other_words() -> Envelope:
    (true,) = signed(signer("approval"), [unsigned()])
    return replace(true, payload=true.payload.replace(b'"food"', b'"fuel"'))


def with_another_id() -> Envelope:
    (true,) = signed(signer("approval"), [unsigned()])
    return replace(true, headers={**true.headers, "ce-id": str(unsigned().id)})


@pytest.mark.parametrize(
    ("forged", "cause"),
    [
        (unsigned, "unsigned"),
        (signed_by_another_service, "wrong-signer"),
        (with_other_words, "bad-signature"),
        (with_another_id, "bad-signature"),
    ],
)
async def test_what_an_administrator_of_nats_forges_becomes_a_dead_letter_and_nothing_happens(
    road: Road, forged: Callable[[], Envelope], cause: str
) -> None:
    event = forged()
    await road.say(decided("S-true"))
    await road.drain()
    await road.js.publish(event.subject, event.payload, headers=event.headers)
    consumer = road.consumer()
    await consumer.take(await road.delivered(2))
    assert (await road.noted("S-forged"), await road.noted("S-true")) == ([], [1])
    (letter,) = await road.letters()
    assert (letter["cause"], letter["detail"]["zh"] != "") == (cause, True)
    assert await road.count("inbox") == 1
    with pytest.raises(Refusal, match="still-failing"):
        await consumer.redrive(letter["id"])
    assert await road.noted("S-forged") == []


async def test_a_read_model_lets_go_of_what_was_told_before_there_were_signatures_and_of_nothing_else(
    road: Road,
) -> None:
    old = datetime.now(UTC) - timedelta(hours=2)
    (true,) = signed(signer("approval"), [told_at(old)])
    expired = EventVerifier(Trusted([public_key("approval", valid_to=old)]))
    for event in (told_at(old), unsigned(), true):
        await road.js.publish(event.subject, event.payload, headers=event.headers)
    consumer = road.consumer(read_model=True)
    consumer._verifier = expired
    await consumer.take(await road.delivered(3))
    assert sorted(letter["cause"] for letter in await road.letters()) == ["expired-key", "unsigned"]
    assert await road.count("inbox") == 0


async def test_an_event_published_again_from_the_log_carries_the_same_signature_and_is_believed(
    road: Road, nats_url: str
) -> None:
    await road.say(decided("S-1"), decided("S-2"))
    await road.drain()
    first = [(message.headers or {})[HEADER] for message in await road.delivered(2)]
    await road.js.delete_stream("APPROVAL")
    await provision(nats_url)
    await road.pool.execute("INSERT INTO outbox (event_id, logged_at) SELECT event_id, logged_at FROM event_log")
    await road.drain()
    again = await road.delivered(2)
    assert sorted((message.headers or {})[HEADER] for message in again) == sorted(first)
    assert len({header.split(".")[4] for header in first}) == 1, "one signature for one transaction"
    await road.consumer().take(again)
    assert (await road.noted("S-1"), await road.noted("S-2")) == ([1], [1])


async def test_an_event_under_a_key_nobody_has_yet_is_asked_for_again_and_then_parked(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    await road.say(decided())
    await road.drain()
    (message,) = await road.delivered(1)
    consumer = road.consumer()
    consumer._verifier = EventVerifier(Trusted([public_key("credit")]))
    await consumer.take([message])
    assert await road.letters() == []
    (again,) = await road.delivered(1)
    assert again.metadata.num_delivered == 2
    monkeypatch.setattr(consumer_module, "TRIES", 2)
    await consumer.take([again])
    (letter,) = await road.letters()
    assert letter["cause"] == "unknown-key"
    consumer._verifier = verifier()
    await consumer.redrive(letter["id"])
    assert (await road.noted(), await road.letters()) == ([1], [])


async def test_others_have_their_turn_while_a_batch_is_verified(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "_TURN", 0.0)
    for number in range(1, 9):
        await road.say(decided(f"S-{number}"))
    await road.drain()
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    messages = await road.delivered(8)
    other = asyncio.create_task(somebody_else())
    assert len(await road.consumer()._read_all(messages)) == 8
    other.cancel()
    assert turns >= 7


async def test_an_event_changed_while_it_waited_its_turn_becomes_a_dead_letter_and_the_true_one_still_counts(
    road: Road,
) -> None:
    await road.say(*(decided(version=n) for n in (1, 2, 3)))
    await road.drain()
    first, second, third = await road.delivered(3)
    consumer = road.consumer(turn=object_turn)
    again = copy(second)
    await consumer.take([second, third])
    assert await road.count("waiting") == 2
    await road.pool.execute(
        "UPDATE waiting SET payload = convert_to(replace(convert_from(payload, 'UTF8'), 'food', 'fuel'), 'UTF8') WHERE version = 2"
    )
    await consumer.take([first])
    assert await road.noted() == [1]
    (letter,) = await road.letters()
    assert (letter["cause"], letter["followers"]) == ("bad-signature", [3])
    await consumer.take([again])
    assert await road.noted() == [1, 2, 3]
    assert await road.count("waiting") == 0


async def test_an_event_moved_to_another_version_of_the_line_is_not_applied(road: Road) -> None:
    await road.say(*(decided(version=n) for n in (1, 3)))
    await road.drain()
    first, third = await road.delivered(2)
    consumer = road.consumer(turn=object_turn)
    await consumer.take([third])
    await road.pool.execute("UPDATE waiting SET version = 2")
    await consumer.take([first])
    assert await road.noted() == [1]
    assert [letter["cause"] for letter in await road.letters()] == ["unreadable"]


async def test_an_event_applied_before_there_were_signatures_may_come_again_and_nothing_happens(road: Road) -> None:
    old = unsigned()
    async with road.transactions.begin() as tx:
        await tx.connection.execute("INSERT INTO inbox VALUES ($1, 'supervision-from-approval', 'test')", old.id)
    for event in (old, with_other_words()):
        await road.js.publish(event.subject, event.payload, headers=event.headers)
    await road.consumer().take(await road.delivered(2))
    assert await road.noted() == []
    assert [letter["cause"] for letter in await road.letters()] == ["bad-signature"]
