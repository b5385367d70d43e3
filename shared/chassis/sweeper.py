"""Sweeper (时限清扫): has the service act on every step whose instant has come, and compute anew what the calendar moved.

What a day or a rule overtakes without a deadline is a round of the service's own, found by it and swept the same way.

It only finds what to do; the service's handler looks again, under the lock of the owner, before it acts. So several
processes may sweep at once, and no row lock is taken that would turn the order of locks around (decision 0008).
What keeps failing is left out for a while and never holds the others up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import structlog

from chassis import calendar, deadlines
from chassis.database import Connection, Pool
from chassis.failures import AWAY, unavailable
from chassis.unit_of_work import UnitOfWork
from chassis.waking import woken
from chassis.work import Work
from kernel.clock import Clock
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)

W = TypeVar("W", bound=Work)
M = TypeVar("M")

Act = Callable[[Sequence[Any]], Awaitable[Sequence[Any]]]
"""Deadline ids, or what a round found → one answer each, a Refusal when nothing was done."""

PAGE = 200
"""Deadlines that share one transaction."""
_EVERY = 1.0
_PAUSE = 0.5
_LEFT_OUT = 30.0
_AWAY = unavailable().code


Due = Callable[[Connection, datetime, int, Collection[Any]], Awaitable[Mapping[Any, object]]]
"""(connection, now, at most, leaving out) → what is due, each with what is to be done: the same again is stuck."""


@dataclass(frozen=True)
class Round:
    """What a day or a rule has overtaken without a deadline (到日重算): how it is found, and what is done about it."""

    due: Due
    act: Act

    async def waiting(self, connection: Connection, now: datetime) -> int:
        """1 while something waits, else 0."""
        return len(await self.due(connection, now, 1, ()))


@dataclass(frozen=True)
class Sweep:
    """What a service does with its deadlines (清扫动作), and with what falls due otherwise."""

    take_step: Act | None = None
    recompute: Act | None = None
    rounds: tuple[Round, ...] = ()

    async def count_due(self, connection: Connection, now: datetime) -> int:
        """How much waits for the sweep."""
        own = [await each.waiting(connection, now) for each in self.rounds]
        return await deadlines.count_due(connection, now) + sum(own)


def acting(unit: UnitOfWork[W], handle: Callable[[W, M], object], message: Callable[[Any], M]) -> Act:
    """Send one message per deadline, or per thing found, through the service's unit of work."""

    async def act(ids: Sequence[Any]) -> Sequence[Any]:
        return await unit.run_each(handle, [message(each) for each in ids])

    return act


class Sweeper:
    """Sweeps the deadlines of one service, every second and when woken."""

    def __init__(self, pool: Pool, clock: Clock, sweep: Sweep) -> None:
        self._pool = pool
        self._clock = clock
        self._sweep = sweep
        self._woken = asyncio.Event()
        self._stopping = False
        self._left_out: dict[tuple[Act, Any], float] = {}

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
                await woken(self._woken, _EVERY)

    async def stop(self) -> None:
        """Finish the page at hand and stop; what is due stays due."""
        self._stopping = True
        self._woken.set()

    async def sweep_all(self) -> None:
        """Take every step that is due, then compute anew what rests on an old calendar, until nothing is left."""
        now = asyncio.get_running_loop().time()
        self._left_out = {each: until for each, until in self._left_out.items() if until > now}
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
                due = await each.due(connection, self._clock.now(), PAGE, self._leaving_out(each.act))
            if not due:
                break
            before = await self._page(each.act, {one: (one, what) for one, what in due.items()}, before)

    async def _take_steps(self, act: Act) -> None:
        before: set[object] = set()
        while not self._stopping:
            async with self._pool.acquire() as connection:
                left_out = self._leaving_out(act)
                due = await deadlines.due_steps(connection, self._clock.now(), PAGE, leaving_out=left_out)
            if not due:
                break
            before = await self._page(act, {step.deadline_id: step for step in due}, before)

    async def _recompute(self, act: Act) -> None:
        before: set[object] = set()
        while not self._stopping:
            async with self._pool.acquire() as connection:
                current = await calendar.edition(connection)
                stale = await deadlines.stale_ids(connection, current, PAGE, leaving_out=self._leaving_out(act))
            if not stale:
                break
            before = await self._page(act, {each: (each, current) for each in stale}, before)

    async def _page(self, act: Act, work: dict[Any, Any], before: set[object]) -> set[object]:
        """Act on a page. What failed, or comes back just as it was, is left out for a while."""
        stuck = [each for each, todo in work.items() if todo in before]
        todo = [each for each in work if each not in stuck]
        answers = await act(todo) if todo else ()
        failed = {each: answer for each, answer in zip(todo, answers, strict=True) if isinstance(answer, Refusal)}
        if any(refusal.code == _AWAY for refusal in failed.values()):
            raise ConnectionError("the database is away; everything is still due")
        for each in [*stuck, *failed]:
            _log.error("sweeper.left_out", what=str(each), cause=str(failed.get(each, "no change")))
            self._left_out[act, each] = asyncio.get_running_loop().time() + _LEFT_OUT
        return set(work.values())

    def _leaving_out(self, act: Act) -> list[Any]:
        """What this act is not asked to do again for a while."""
        return [each for its, each in self._left_out if its is act]
