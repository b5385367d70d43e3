"""Requests that share a transaction: who joins it, and what all of them hear when it never begins."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.together import Together
from chassis.transaction import Transactions


class Work:
    async def load(self, messages: Sequence[Any]) -> None:
        pass

    async def flush(self) -> None:
        pass


class Slow:
    """Transactions that take a moment to begin, or do not begin at all."""

    def __init__(self, why: Exception | None = None) -> None:
        self.begun: list[int] = []
        self._why = why

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        await asyncio.sleep(0.01)
        if self._why:
            raise self._why
        said: list[str] = []
        yield SimpleNamespace(said=said, share=lambda *_: said.append("x"))
        self.begun.append(len(said))


def together(slow: Slow) -> Together[Any, int, int]:
    async def alone(_handle: Any, message: int) -> int:
        return -message

    return Together(cast("Transactions", slow), lambda _: Work(), lambda _work, message: message, alone)


async def test_what_comes_while_a_transaction_begins_joins_it() -> None:
    slow = Slow()
    shared = together(slow)
    first = asyncio.create_task(shared.run(1))
    await asyncio.sleep(0.002)
    assert list(await asyncio.gather(first, shared.run(2), shared.run(3))) == [1, 2, 3]
    assert slow.begun == [3]


async def test_all_hear_at_once_that_the_database_is_away() -> None:
    shared = together(Slow(ConnectionError("away")))
    answers = await asyncio.gather(*(shared.run(n) for n in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError] * 3


async def test_when_it_does_not_begin_for_another_reason_each_is_tried_alone() -> None:
    shared = together(Slow(ZeroDivisionError()))
    assert await asyncio.gather(*(shared.run(n) for n in range(1, 4))) == [-1, -2, -3]


@pytest.mark.parametrize("count", [1, 2])
async def test_the_next_ones_have_a_transaction_of_their_own(count: int) -> None:
    slow = Slow()
    shared = together(slow)
    for _ in range(2):
        await asyncio.gather(*(shared.run(n) for n in range(count)))
    assert slow.begun == [count, count]
