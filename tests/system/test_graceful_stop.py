"""A service that is told to stop finishes, ends with exit code 0, and its successor goes on where it was."""

import asyncio
import os
import signal
from time import monotonic

import pytest

from kernel.role import Role
from ops.bench.news import FOLLOWS
from ops.bench.visitor import signed_in
from ops.child import until
from ops.facts import settled
from ops.replay.sender import Sender
from ops.stack import Stack

pytestmark = [pytest.mark.servers, pytest.mark.nightly]


async def test_every_service_ends_in_good_order_when_told() -> None:
    told: list[str] = []
    async with Stack.open(temporary=True, say=lambda _zh, en: told.append(en)) as stack:
        for service in stack.urls:
            os.kill(stack.pid_of(service), signal.SIGTERM)
        ended = {f"{service} ended unexpectedly (0)" for service in stack.urls}
        assert await until(lambda: all(any(said in line for line in told) for said in ended), 60), told
        await stack.ready()
        async with Sender(stack.urls, stack.headers()) as sender:
            await settled(sender, told.append)


STREAMS = 20
STOPS = 10.0
"""Seconds: well below the fifteen after which a server ends what is still open."""


async def test_streams_that_are_open_do_not_hold_up_the_end_and_end_in_good_order() -> None:
    told: list[str] = []
    async with (
        Stack.open(temporary=True, say=lambda _zh, en: told.append(en)) as stack,
        signed_in(stack, Role.LINKAGE_OFFICE, "office") as visitor,
    ):
        _, board = await visitor.open("/board")
        follows = FOLLOWS.search(board.text)
        assert follows is not None
        ended: list[list[str]] = []

        async def listen() -> None:
            ended.append([event async for event in visitor.events(follows["stream"])])

        listening = [asyncio.create_task(listen()) for _ in range(STREAMS)]
        await asyncio.sleep(2)
        assert ended == []
        os.kill(stack.pid_of("console"), signal.SIGTERM)
        began = monotonic()
        await asyncio.gather(*listening)  # a stream that was cut raises
        assert ended == [[]] * STREAMS
        assert await until(lambda: any("console ended unexpectedly (0)" in line for line in told), STOPS), told
        assert monotonic() - began < STOPS
        await stack.ready()
