"""A service that is told to stop finishes, ends with exit code 0, and its successor goes on where it was."""

import os
import signal

import pytest

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
