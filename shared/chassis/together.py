"""Together (合并提交): requests that wait at the same moment share one transaction, each with its own answer and entry.

While one transaction is under way the next requests gather, also while theirs begins; alone, a request waits for nobody.
Each handler runs in the context of its request: who asks, for what, and in which trace. When the transaction fails as a
whole every request is tried alone, so that one of them harms only itself; not when the database is away, where each
would wait for it in turn.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from chassis.failures import AWAY
from chassis.transaction import Transaction, Transactions
from chassis.work import Work
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

MOST = 64
"""Requests in one transaction."""


W = TypeVar("W", bound=Work)
M = TypeVar("M")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[M]):
    message: M
    context: Context
    answer: "asyncio.Future[Any]"


class Together(Generic[W, M, R]):
    """Runs one use case for many requests at a time. ``alone`` runs it for one, in a transaction of its own."""

    def __init__(
        self,
        transactions: Transactions,
        work: Callable[[Transaction], W],
        handle: Callable[[W, M], R],
        alone: Callable[[Callable[[W, M], R], M], Awaitable[R]],
    ) -> None:
        self._transactions = transactions
        self._work = work
        self._handle = handle
        self._alone = alone
        self._waiting: deque[_Waiting[M]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def run(self, message: M) -> R:
        """The answer to one request.

        Raises:
            Refusal: what the handler refused; nothing of this request was written.
        """
        answer = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(message, copy_context(), answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run(), context=Context())
        result: R = await answer
        return result

    async def _run(self) -> None:
        while self._waiting:
            some: list[_Waiting[M]] = []
            try:
                answers = await self._in_one(some)
            except AWAY as away:
                for each in some or self._taken():
                    _tell(each.answer, away)
            except Exception:  # noqa: BLE001 - the single runs find out which one it was
                some = some or self._taken()
                _log.warning("together.split", size=len(some), exc_info=True)
                await asyncio.gather(*(self._by_itself(each) for each in some))
            else:
                for each, result in zip(some, answers, strict=True):
                    _tell(each.answer, result)

    def _taken(self) -> list[_Waiting[M]]:
        return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]

    async def _in_one(self, some: list[_Waiting[M]]) -> list[R | Refusal]:
        """The answers to those waiting once the transaction has begun; ``some`` is told who they are."""
        answers: list[R | Refusal] = []
        with suppress(_NothingDone):
            async with self._transactions.begin() as tx:
                some += self._taken()
                work = self._work(tx)
                await work.load([each.message for each in some])
                for each in some:
                    before = len(tx.said)
                    answers.append(each.context.run(_answered, self._handle, work, each.message))
                    if not isinstance(answers[-1], Refusal):
                        tx.share(each.context, self._handle, each.message, before)
                _require_something(answers)
                await work.flush()
        return answers

    async def _by_itself(self, each: _Waiting[M]) -> None:
        running = asyncio.create_task(self._attempt(each.message), context=each.context)
        _tell(each.answer, await running)

    async def _attempt(self, message: M) -> "R | Exception":
        try:
            return await self._alone(self._handle, message)
        except Exception as error:  # noqa: BLE001 - handed to who asked
            return error


class _NothingDone(Exception):  # noqa: N818 - rolls a transaction back that would write nothing
    pass


def _require_something(answers: Sequence[object]) -> None:
    if all(isinstance(answer, Refusal) for answer in answers):
        raise _NothingDone


def _answered(handle: Callable[[W, M], R], work: W, message: M) -> "R | Refusal":
    try:
        return handle(work, message)
    except Refusal as refusal:
        return refusal


def _tell(answer: "asyncio.Future[Any]", result: object) -> None:
    """The asker may have gone meanwhile."""
    if answer.done():
        return
    if isinstance(result, Exception):
        answer.set_exception(result)
    else:
        answer.set_result(result)
