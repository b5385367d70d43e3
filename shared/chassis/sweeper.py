"""Sweeper (时限清扫): has the service act on every step whose instant has come, and compute anew what the calendar moved.

What falls due by its date alone, without a deadline of its own, is a round of the service's.

It only finds what to do; the service's handler looks again, under the lock of the owner, before it acts. So several
processes may sweep at once, and no row lock is taken that would turn the order of locks around (decision 0008).
What keeps failing is left out for a while and never holds the others up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

from chassis import calendar, deadlines
from chassis.database import Connection, Pool
from chassis.failures import AWAY, unavailable
from chassis.unit_of_work import UnitOfWork, Work
from kernel.clock import Clock
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

W = TypeVar("W", bound=Work)
M = TypeVar("M")

Act = Callable[[Sequence[str]], Awaitable[Sequence[Any]]]
"""Deadline ids → one answer each, a Refusal when nothing was done."""

PAGE = 200
"""Deadlines that share one transaction."""
_EVERY = 1.0
_PAUSE = 0.5
_LEFT_OUT = 30.0
_AWAY = unavailable().code


@dataclass(frozen=True)
class Round:
    """What falls due by its date (到期事项): which ids are due, how many, and what to do about them."""

    due: Callable[[Connection, datetime, int, Collection[str]], Awaitable[Sequence[str]]]
    """(connection, now, at most, leaving out) → ids."""
    count: Callable[[Connection, datetime], Awaitable[int]]
    act: Act


@dataclass(frozen=True)
class Sweep:
    """What a service does with its deadlines (清扫动作), and with what falls due otherwise."""

    take_step: Act | None = None
    recompute: Act | None = None
    rounds: tuple[Round, ...] = ()

    async def count_due(self, connection: Connection, now: datetime) -> int:
        """How much waits for the sweep."""
        own = [await each.count(connection, now) for each in self.rounds]
        return await deadlines.count_due(connection, now) + sum(own)


def acting(unit: UnitOfWork[W], handle: Callable[[W, M], object], message: Callable[[str], M]) -> Act:
    """Send one message per deadline through the service's unit of work."""

    async def act(ids: Sequence[str]) -> Sequence[Any]:
        return await unit.run_each(handle, [message(deadline_id) for deadline_id in ids])

    return act


class Sweeper:
    """Sweeps the deadlines of one service, every second and when woken."""

    def __init__(self, pool: Pool, clock: Clock, sweep: Sweep) -> None:
        self._pool = pool
        self._clock = clock
        self._sweep = sweep
        self._woken = asyncio.Event()
        self._stopping = False
        self._left_out: dict[str, float] = {}

    def wake(self) -> None:
        """The clock was moved, or something fell due."""
        self._woken.set()

    async def run(self) -> None:
        """Sweep until stopped."""
        while not self._stopping:
            self._woken.clear()
            try:
                await self.sweep_all()
            except AWAY as away:
                _log.warning("sweeper.waiting", cause=repr(away))
                await asyncio.sleep(_PAUSE)
            except Exception:  # noqa: BLE001 - everything is still due; the next round tries again
                _log.exception("sweeper.failed")
                await asyncio.sleep(_PAUSE)
            if not self._stopping:
                await self._pause()

    async def stop(self) -> None:
        """Finish the page at hand and stop; what is due stays due."""
        self._stopping = True
        self._woken.set()

    async def sweep_all(self) -> None:
        """Take every step that is due, then compute anew what rests on an old calendar, until nothing is left."""
        now = asyncio.get_running_loop().time()
        self._left_out = {deadline_id: until for deadline_id, until in self._left_out.items() if until > now}
        for each in self._sweep.rounds:
            await self._take_round(each)
        if self._sweep.take_step:
            await self._take_steps(self._sweep.take_step)
        if self._sweep.recompute:
            await self._recompute(self._sweep.recompute)

    async def _take_round(self, each: Round) -> None:
        before: set[object] = set()
        while not self._stopping:
            async with self._pool.acquire() as connection:
                due = await each.due(connection, self._clock.now(), PAGE, list(self._left_out))
            if not due:
                break
            before = await self._page(each.act, {one: one for one in due}, before)

    async def _take_steps(self, act: Act) -> None:
        before: set[object] = set()
        while not self._stopping:
            async with self._pool.acquire() as connection:
                due = await deadlines.due_steps(connection, self._clock.now(), PAGE, leaving_out=self._left_out)
            if not due:
                break
            before = await self._page(act, {step.deadline_id: step for step in due}, before)

    async def _recompute(self, act: Act) -> None:
        before: set[object] = set()
        while not self._stopping:
            async with self._pool.acquire() as connection:
                current = await calendar.edition(connection)
                stale = await deadlines.stale_ids(connection, current, PAGE, leaving_out=self._left_out)
            if not stale:
                break
            before = await self._page(act, {each: (each, current) for each in stale}, before)

    async def _page(self, act: Act, work: dict[str, Any], before: set[object]) -> set[object]:
        """Act on a page. What failed, or comes back just as it was, is left out for a while."""
        stuck = [deadline_id for deadline_id, todo in work.items() if todo in before]
        todo = [deadline_id for deadline_id in work if deadline_id not in stuck]
        answers = await act(todo) if todo else ()
        failed = {each: answer for each, answer in zip(todo, answers, strict=True) if isinstance(answer, Refusal)}
        if any(refusal.code == _AWAY for refusal in failed.values()):
            raise ConnectionError("the database is away; everything is still due")
        for deadline_id in [*stuck, *failed]:
            _log.error("sweeper.left_out", deadline_id=deadline_id, cause=str(failed.get(deadline_id, "no change")))
            self._left_out[deadline_id] = asyncio.get_running_loop().time() + _LEFT_OUT
        return set(work.values())

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), _EVERY)
        except TimeoutError:
            return
