"""Lines of a batch, when the database is away: one wait, and the same answer for each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from asyncpg.exceptions import LockNotAvailableError

from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal


class Busy:
    """Transactions that never begin."""

    def __init__(self, why: Exception) -> None:
        self.asked = 0
        self._why = why

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        self.asked += 1
        raise self._why
        yield


async def answers(busy: Busy) -> list[str]:
    unit: UnitOfWork[Any] = UnitOfWork(cast("Transactions", busy), lambda _: None)
    told = await unit.run_each(lambda _work, message: str(message), ["a", "b", "c"])
    return [each.code for each in told if isinstance(each, Refusal)]


@pytest.mark.parametrize("why", [LockNotAvailableError("lock timeout"), TimeoutError(), ConnectionError()], ids=repr)
async def test_a_batch_is_not_tried_line_by_line_when_the_database_is_away(why: Exception) -> None:
    busy = Busy(why)
    assert await answers(busy) == ["temporarily-unavailable"] * 3
    assert busy.asked == 1


async def test_a_batch_that_fails_by_itself_is() -> None:
    busy = Busy(ZeroDivisionError())
    assert await answers(busy) == ["internal"] * 3
    assert busy.asked == 4
