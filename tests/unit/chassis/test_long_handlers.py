"""A handler that computes for long leaves the event loop alone: whoever waits for it would never finish otherwise."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chassis.audit.writing import Doing
from chassis.transaction import Transactions
from chassis.unit_of_work import UnitOfWork
from kernel.refusal import Refusal


class Written:
    """A work that notes the order in which it is used."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    async def load(self, messages: Sequence[Any]) -> None:
        self.steps += ["load", *messages]

    async def flush(self) -> None:
        self.steps.append("flush")


class Begins:
    """Transactions without a database; they note when they are told to be patient."""

    def __init__(self, work: Written) -> None:
        self._work = work

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SimpleNamespace]:
        async def patient() -> None:
            self._work.steps.append("patient")

        yield SimpleNamespace(doing=Doing(), patient=patient)


def unit(work: Written) -> UnitOfWork[Written]:
    return UnitOfWork(cast("Transactions", Begins(work)), lambda _: work)


async def test_the_loop_goes_on_while_a_long_handler_computes() -> None:
    work, told = Written(), threading.Event()
    asyncio.get_running_loop().call_later(0.01, told.set)

    def waits(written: Written, message: str) -> bool:
        written.steps.append("handle")
        return told.wait(timeout=30) and message == "m"

    assert await unit(work).run_long(waits, "m")
    assert work.steps == ["patient", "load", "m", "handle", "flush"]


async def test_what_a_long_handler_refuses_is_not_written() -> None:
    work = Written()

    def refuses(_: Written, message: str) -> None:
        raise Refusal(code=message, zh="不", en="no")

    with pytest.raises(Refusal, match="never"):
        await unit(work).run_long(refuses, "never")
    assert work.steps == ["patient", "load", "never"]
