"""The backlog of a durable is known at once, asked for seldom, and never told when it is old."""

import asyncio

import pytest

from chassis import backlog
from chassis.backlog import Backlog


class Server:
    """Answers for one durable."""

    def __init__(self) -> None:
        self.state: tuple[int, int] | None = (2, 1)
        self.asked = 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self) -> tuple[int, int] | None:
        self.asked += 1
        await self.answers.wait()
        return self.state


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [1000.0]
    monkeypatch.setattr(backlog, "monotonic", lambda: at[0])
    return at


async def let_it_run() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_first_asker_waits_for_the_server_and_the_next_ones_do_not_ask(now: list[float]) -> None:
    server = Server()
    known = Backlog(server)
    assert [await known.count() for _ in range(3)] == [3, 3, 3]
    assert server.asked == 1


async def test_a_later_asker_gets_what_is_known_while_the_server_is_asked_again(now: list[float]) -> None:
    server = Server()
    known = Backlog(server)
    await known.count()
    server.state, now[0] = (0, 0), now[0] + 2
    assert await known.count() == 3
    await let_it_run()
    assert await known.count() == 0


async def test_what_is_old_is_not_told_when_the_server_does_not_answer(
    now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_PATIENCE", 0.01)
    server = Server()
    known = Backlog(server)
    assert await known.count() == 3
    server.answers.clear()
    now[0] += 60
    assert [await known.count() for _ in range(3)] == [None, None, None]
    assert server.asked == 2
    server.answers.set()
    await let_it_run()
    assert await known.count() == 3


async def test_a_durable_that_is_gone_is_not_known(now: list[float]) -> None:
    server = Server()
    server.state = None
    assert await Backlog(server).count() is None
