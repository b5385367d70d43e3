"""An event has its effect once: duplicates, redeliveries, poison and disorder included."""

import asyncio
import random
from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis import consumer as consumer_module
from chassis.envelope import Cause, Opened
from chassis.turns import in_turn
from contracts.approval import CaseDecided
from kernel.refusal import Refusal
from tests.integration.chassis.road import Notebook, Road, decided, object_turn
from tests.keys import believable

pytestmark = pytest.mark.servers


async def test_duplicates_inside_one_batch_and_redeliveries_have_one_effect(road: Road) -> None:
    await road.say(*(decided(version=n) for n in range(1, 21)))
    await road.drain()
    messages = await road.delivered(20)
    consumer = road.consumer()
    again = [copy(message) for message in messages]
    await consumer.take([*messages, *(copy(message) for message in messages[:7])])
    await consumer.take(again)
    assert await road.noted() == list(range(1, 21))
    assert await road.count("inbox") == 20


async def test_one_poison_message_harms_nobody_and_is_parked_with_its_cause(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumer_module, "TRIES", 1)
    await road.say(decided("S-1"), decided("S-bad", licence_no="POISON"), decided("S-2"))
    await road.drain()
    await road.consumer().take(await road.delivered(3))
    assert (await road.noted("S-1"), await road.noted("S-bad"), await road.noted("S-2")) == ([1], [], [1])
    letters = await road.letters()
    assert [(letter["cause"], letter["source_system"]) for letter in letters] == [("failed", "test")]
    assert "a bug met this event" in letters[0]["detail"]["en"]


async def test_a_batch_that_meets_a_held_lock_comes_again_whole_and_waits_once(road: Road) -> None:
    loads: list[int] = []

    class Counted(Notebook):
        async def load(self, messages: Sequence[Any]) -> None:
            loads.append(len(messages))
            await super().load(messages)

    await road.say(decided("S-1"), decided("S-held"), decided("S-2"))
    await road.drain()
    consumer = road.consumer(work=Counted)
    async with road.transactions.begin() as holder:
        await holder.lock(["S-held"])
        await consumer.take(await road.delivered(3))
    assert (loads, await road.count("inbox"), await road.count("dead_letter")) == ([3], 0, 0)
    again = await road.delivered(3)
    assert {message.metadata.num_delivered for message in again} == {2}
    await consumer.take(again)
    assert await road.noted("S-held") == [1]


async def test_a_message_the_database_has_no_time_for_keeps_nobody_else_waiting_for_ever(
    road: Road, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Notebook):
        async def load(self, messages: Sequence[Any]) -> None:
            if any(message.object.object_no == "S-slow" for message in messages):
                raise TimeoutError("a statement took too long")
            await super().load(messages)

    monkeypatch.setattr(consumer_module, "TRIES", 0)
    await road.say(decided("S-1"), decided("S-slow"), decided("S-2"))
    await road.drain()
    await road.consumer(work=Slow).take(await road.delivered(3))
    assert (await road.noted("S-1"), await road.noted("S-slow"), await road.noted("S-2")) == ([1], [], [1])
    assert await road.count("dead_letter") == 0
    assert [message.metadata.num_delivered for message in await road.delivered(1)] == [2]


async def test_a_bug_is_tried_again_before_it_is_parked(road: Road) -> None:
    await road.say(decided(licence_no="POISON"))
    await road.drain()
    consumer = road.consumer()
    await consumer.take(await road.delivered(1))
    assert await road.count("dead_letter") == 0
    again = await road.delivered(1)
    assert again[0].metadata.num_delivered == 2


@pytest.mark.parametrize(
    ("headers", "body", "cause"),
    [
        ({}, b"{}", "unknown-type"),
        ({"ce-type": "cn.shenguan.approval.case.decided.v9"}, b"{}", "unknown-type"),
        ({"ce-type": "cn.shenguan.approval.case.decided.v1"}, b"{}", "unreadable"),
        (
            {"ce-type": "cn.shenguan.approval.case.decided.v1", "ce-id": "01a20c76-3e66-76de-aa78-724216d3db36"},
            b"{bad",
            "unreadable",
        ),
        (
            {"ce-type": "cn.shenguan.approval.case.decided.v1", "ce-id": "01a20c76-3e66-76de-aa78-724216d3db36"},
            b"[" * 100_000,
            "unreadable",
        ),
        ({"ce-type": "cn.shenguan.approval.case.decided.v1", "ce-id": "x"}, b"\xff\xfe", "unreadable"),
        ({"ce-type": "nothing", "ce-sourcesystem": "a%00b"}, b"{}", "unknown-type"),
    ],
)
async def test_what_nobody_understands_becomes_a_dead_letter(
    road: Road, headers: dict[str, str], body: bytes, cause: str
) -> None:
    await road.say(decided())
    await road.drain()
    subject = "shenguan.approval.case.decided.v1.640202.0"
    await road.js.publish(subject, body, headers=believable("approval", subject, headers, body))
    await road.consumer().take(await road.delivered(2))
    assert await road.noted() == [1]
    assert [letter["cause"] for letter in await road.letters()] == [cause]
    info = await road.js.consumer_info("APPROVAL", "supervision-from-approval")
    assert info.num_pending == 0


@pytest.mark.parametrize("seed", range(5))
async def test_events_are_applied_in_the_order_of_their_versions_whatever_the_delivery(road: Road, seed: int) -> None:
    shuffled = random.Random(seed)  # noqa: S311 - a reproducible order
    await road.say(*(decided(object_no, version) for object_no in ("S-1", "S-2") for version in range(1, 13)))
    await road.drain()
    messages = await road.delivered(24)
    shuffled.shuffle(messages)
    consumer = road.consumer(turn=object_turn)
    while messages:
        size = shuffled.randint(1, 6)
        batch, messages = messages[:size], messages[size:]
        await consumer.take(batch)
    assert await road.noted("S-1") == await road.noted("S-2") == list(range(1, 13))
    assert await road.count("waiting") == 0


async def test_followers_of_a_parked_event_wait_under_it_and_are_applied_with_it(road: Road) -> None:
    broken = True

    def fragile(work: Notebook, event: CaseDecided) -> None:
        if broken and event.object_version == 2:
            raise Refusal(code="not-yet", zh="暂不处理", en="not yet")
        work.noted.append(event)

    await road.say(*(decided(version=n) for n in range(1, 5)))
    await road.drain()
    consumer = road.consumer(turn=object_turn, handle=fragile)
    await consumer.take(await road.delivered(4))
    assert await road.noted() == [1]
    (letter,) = await road.letters()
    assert (letter["cause"], letter["followers"]) == ("not-yet", [3, 4])

    with pytest.raises(Refusal, match="still-failing"):
        await consumer.redrive(UUID(letter["id"]))
    broken = False
    await consumer.redrive(UUID(letter["id"]))
    assert await road.noted() == [1, 2, 3, 4]
    assert await road.count("waiting") == 0
    assert await road.letters() == []


async def test_what_waited_for_its_turn_happens_after_what_went_before(road: Road) -> None:
    """Another process has the turn: however early our transaction began, its instant lies after theirs."""
    began = asyncio.Event()

    async def ours() -> datetime:
        async with road.transactions.begin() as tx:
            began.set()
            event = Opened(uuid4(), decided(), "test", Cause("", ""), "s", {}, b"")
            assert await in_turn(tx, "consumer", [event], object_turn, unread) == [event]
            return tx.now

    async with road.transactions.begin() as theirs:
        await theirs.lock(["turn:consumer:S-1"])
        waiting = asyncio.create_task(ours())
        await began.wait()
        theirs.waited()
    assert theirs.now < await waiting


def unread(*_: object) -> Opened:
    raise AssertionError("nothing waits")
