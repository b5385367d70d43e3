"""Unit of work (工作单元): load what the messages touch, let plain handlers decide, write set-wise, commit once.

The same handler serves one HTTP request, a line of a batch and an event: it sees only its service's ``ports.Work``.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import structlog

from chassis.failures import AWAY, not_handled, unavailable
from chassis.together import Together
from chassis.transaction import Transaction, Transactions
from chassis.work import Work
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)


W = TypeVar("W", bound=Work)
M = TypeVar("M")
R = TypeVar("R")


class UnitOfWork(Generic[W]):
    """Runs commands of the HTTP edge through handlers."""

    def __init__(self, transactions: Transactions, work: Callable[[Transaction], W]) -> None:
        self._transactions = transactions
        self._work = work
        self._together: dict[Any, Together[W, Any, Any]] = {}

    async def run(self, handle: Callable[[W, M], R], message: M) -> R:
        """One command in one transaction.

        Raises:
            Refusal: what the handler refused; nothing was written.
        """
        async with self._transactions.begin() as tx:
            tx.doing.handles(handle, [message])
            work = self._work(tx)
            await work.load([message])
            result = handle(work, message)
            await work.flush()
        return result

    async def run_together(self, handle: Callable[[W, M], R], message: M) -> R:
        """As ``run``, for a use case many ask for at once: those that wait at the same moment share a transaction."""
        if handle not in self._together:
            self._together[handle] = Together(self._transactions, self._work, handle, self.run)
        result: R = await self._together[handle].run(message)
        return result

    async def run_long(self, handle: Callable[[W, M], R], message: M) -> R:
        """The same for a handler that computes for many seconds: in a thread, so that the event loop goes on.

        Raises:
            Refusal: what the handler refused; nothing was written.
        """
        async with self._transactions.begin() as tx:
            tx.doing.handles(handle, [message])
            await tx.patient()
            work = self._work(tx)
            await work.load([message])
            result = await asyncio.to_thread(handle, work, message)
            await work.flush()
        return result

    async def run_each(self, handle: Callable[[W, M], R], messages: Sequence[M]) -> list[R | Refusal]:
        """Many commands in one transaction, one answer each; what is refused changes nothing.

        When the transaction fails as a whole the commands run one by one, so that one of them harms only itself; not
        when the database is away, where each would wait for it in turn.
        """
        try:
            async with self._transactions.begin() as tx:
                tx.doing.handles(handle, messages)
                work = self._work(tx)
                await work.load(messages)
                results = [_answer(handle, work, message) for message in messages]
                tx.doing.refuse(result for result in results if isinstance(result, Refusal))
                await work.flush()
        except AWAY:
            return [unavailable() for _ in messages]
        except Exception:  # noqa: BLE001 - whatever broke the batch is found and named by the single runs
            _log.warning("batch.split", size=len(messages), exc_info=True)
            return [await self._alone(handle, message) for message in messages]
        return results

    async def _alone(self, handle: Callable[[W, M], R], message: M) -> R | Refusal:
        try:
            return await self.run(handle, message)
        except Refusal as refusal:
            return refusal
        except AWAY:
            return unavailable()
        except Exception:  # noqa: BLE001 - one line's bug is that line's answer
            _log.exception("command.failed")
            return not_handled()


def _answer(handle: Callable[[W, M], R], work: W, message: M) -> R | Refusal:
    try:
        return handle(work, message)
    except Refusal as refusal:
        return refusal
