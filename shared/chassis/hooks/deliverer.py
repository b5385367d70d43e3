"""Deliverer (推送): brings facts to each hook in the order they wait in, one after the other, beside the service and never before it.

At least once, under the id of the event. A receiver that takes nothing keeps its place until its pauses are used up, then
its hook is paused; a single fact it refuses is parked and the next one sent. Pauses go by the real clock.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID, uuid4

import msgspec
import structlog
from asyncpg import Record

from chassis.database import Connection, Pool
from chassis.failures import AWAY
from chassis.hooks.keeping import Hook
from chassis.hooks.receiver import Answer, Verdict, receiver
from chassis.hooks.settings import HookSettings
from chassis.hooks.stored import PREVIOUS, SECRET, fact_of, hook_of
from chassis.identity import IdentityKeys
from chassis.setwise import transposed
from chassis.waking import woken

_log = structlog.get_logger(__name__)

T = TypeVar("T")

BATCH = 20
"""Facts a hook is brought before another one's turn; what a crash repeats at most."""
_TURN = 30.0
"""Seconds after which the next turn begins."""
_AT_ONCE = 4
_SAFETY_NET = 0.5
_CLAIM = """
UPDATE hook SET lease = $1, leased_until = clock_timestamp() + $2 WHERE hook_id = (
    SELECT h.hook_id FROM hook h
     WHERE h.state = 'ACTIVE' AND h.next_at <= clock_timestamp()
       AND (h.leased_until IS NULL OR h.leased_until < clock_timestamp())
       AND EXISTS (SELECT FROM hook_due d WHERE d.hook_id = h.hook_id)
     ORDER BY h.next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING *
"""
_DUE = """
SELECT d.id, d.again, e.event_id, e.type, e.headers, e.payload
  FROM hook_due d LEFT JOIN event_log e ON e.event_id = d.event_id AND e.logged_at = d.logged_at
 WHERE d.hook_id = $1 ORDER BY d.id LIMIT $2
"""
_LOG = """
INSERT INTO hook_delivery (hook_id, event_id, fact, attempt, state, status, milliseconds, answer, again)
SELECT $1, t.* FROM unnest($2::uuid[], $3::text[], $4::int[], $5::text[], $6::int[], $7::int[], $8::text[], $9::boolean[]) AS t
"""
_DONE = "DELETE FROM hook_due WHERE id = ANY ($1::bigint[])"
_SETTLE = """
UPDATE hook SET attempts = $3, next_at = clock_timestamp() + $4, lease = NULL, leased_until = NULL
 WHERE hook_id = $1 AND lease = $2
"""
_PAUSE = """
UPDATE hook SET state = 'PAUSED', state_by = 'system', state_at = clock_timestamp(), state_why = $2
 WHERE hook_id = $1 AND state = 'ACTIVE'
"""


_LAST = 3.0
"""Seconds a receiver may hold up the stop: what was not settled is sent again under the same id."""


class _Body(msgspec.Struct):
    department: str = ""


_body = msgspec.json.Decoder(_Body)


@dataclass(frozen=True, slots=True)
class _Claim:
    """One hook whose turn it is, and what waits for it."""

    hook: Hook
    lease: UUID
    attempts: int
    due: Sequence[Record]


@dataclass
class _Round:
    """What came of one hook's turn."""

    tries: list[tuple[Any, ...]]
    done: list[int]
    attempts: int
    pause: timedelta = timedelta()
    over: str = ""
    """Why the hook is to be paused."""


class Deliverer:
    """Empties one service's queue of facts into the addresses outside."""

    def __init__(self, pool: Callable[[], Pool], identity: IdentityKeys, settings: HookSettings | None = None) -> None:
        self._pool, self._identity = pool, identity
        self._settings = settings or HookSettings()
        self._pauses = [timedelta(seconds=seconds) for seconds in self._settings.retry_seconds]
        self._lease = timedelta(seconds=_TURN + 2 * self._settings.timeout_seconds)
        self._stopping = False
        self._moved = asyncio.Event()
        """A turn ended, or the end was asked for."""

    async def run(self) -> None:
        """Deliver until stopped: one looks for hooks that are due, and several have their turn at the same time.

        A receiver that is slow holds up its own hook.
        """
        turns: set[asyncio.Task[None]] = set()
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                self._moved.clear()
                while len(turns) < _AT_ONCE and (claim := await self._unless_failed(self._claimed())):
                    turn = group.create_task(self._unless_failed(self._had(claim)))
                    turns.add(turn)
                    turn.add_done_callback(turns.discard)
                    turn.add_done_callback(lambda _: self._moved.set())
                await woken(self._moved, _SAFETY_NET)

    async def stop(self) -> None:
        """Finish what is being sent and stop; what waits goes on waiting."""
        self._stopping = True
        self._moved.set()

    async def deliver_once(self) -> bool:
        """One hook's turn; True when there was something."""
        claim = await self._claimed()
        if claim is not None:
            await self._had(claim)
        return claim is not None

    async def _unless_failed(self, work: Awaitable[T]) -> T | None:
        """What comes of it; a failure is told and leaves the facts waiting: they are tried again once the lease is over."""
        try:
            return await work
        except AWAY as away:
            _log.warning("deliverer.waiting", cause=repr(away))
        except Exception:  # noqa: BLE001 - as it says
            _log.exception("deliverer.failed")
        return None

    async def _claimed(self) -> _Claim | None:
        lease = uuid4()
        async with self._pool().acquire() as connection:
            row = await connection.fetchrow(_CLAIM, lease, self._lease)
            if row is None:
                return None
            return _Claim(hook_of(row), lease, row["attempts"], await connection.fetch(_DUE, row["hook_id"], BATCH))

    async def _had(self, claim: _Claim) -> None:
        """No connection is held while sending."""
        turn = await self._brought(claim.hook, claim.due, claim.attempts)
        async with self._pool().acquire() as connection, connection.transaction():
            await _settle(connection, claim.hook, claim.lease, turn)

    async def _brought(self, hook: Hook, due: Sequence[Record], attempts: int) -> _Round:
        turn, until = _Round([], [], attempts), monotonic() + _TURN
        async with receiver(hook.address, self._secrets(hook), self._settings) as at:
            for row in due:
                if self._stopping or monotonic() > until:
                    break
                if not _wanted(hook, row):
                    turn.done.append(row["id"])
                    continue
                answer = await at.send(str(row["event_id"]), _said(row))
                if not self._judged(turn, row, answer):
                    break
        return turn

    def _judged(self, turn: _Round, row: Record, answer: Answer) -> bool:
        """Note what came of a try; whether the next fact may be sent."""
        turn.attempts += 1
        if answer.verdict is Verdict.TAKEN:
            state = "SENT"
        elif answer.verdict is Verdict.REFUSED and turn.attempts >= self._settings.refusals:
            state = "PARKED"
        else:
            state = "FAILED"
        told = (answer.status, answer.milliseconds, answer.text.replace("\x00", ""), row["again"])
        turn.tries.append((row["event_id"], fact_of(row["type"]), turn.attempts, state, *told))
        if state != "FAILED":
            turn.done.append(row["id"])
            turn.attempts, turn.pause = 0, timedelta()
            return True
        if answer.verdict is Verdict.GONE:
            turn.over = "HTTP 410：接收方不再接收 / the receiver takes nothing any more"
        elif turn.attempts > len(self._pauses):
            cause = f"HTTP {answer.status}" if answer.status else answer.text
            turn.over = f"连续 {turn.attempts} 次没有送达 / not delivered {turn.attempts} times: {cause}"
        else:
            turn.pause = self._pauses[turn.attempts - 1]
        return False

    def _secrets(self, hook: Hook) -> list[str]:
        row = (str(hook.hook_id),)
        signing = [self._identity.open(hook.secret, SECRET.place(row))]
        if hook.previous is not None:
            signing.append(self._identity.open(hook.previous, PREVIOUS.place(row)))
        return signing


@asynccontextmanager
async def delivering(deliverer: Deliverer) -> AsyncIterator[None]:
    """Deliver meanwhile."""
    working = asyncio.create_task(deliverer.run(), name="deliverer")
    try:
        yield
    finally:
        await deliverer.stop()
        await asyncio.wait({working}, timeout=_LAST)
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def _wanted(hook: Hook, row: Record) -> bool:
    """Whether there is still something to say, and the department is one of the hook's."""
    if row["payload"] is None:
        return False
    return not hook.departments or _body.decode(row["payload"]).department in hook.departments


def _said(row: Record) -> str:
    """The body: the fact as it was told, under its type and time."""
    headers = msgspec.json.decode(row["headers"], type=dict[str, str])
    told = {"type": row["type"], "timestamp": headers.get("ce-time", ""), "data": msgspec.Raw(row["payload"])}
    return msgspec.json.encode(told).decode()


async def _settle(connection: Connection, hook: Hook, lease: UUID, turn: _Round) -> None:
    """Log the tries and forget what is done, whoever holds the hook by now: it was sent; the rest only with the lease."""
    if turn.tries:
        await connection.execute(_LOG, hook.hook_id, *transposed(turn.tries))
    await connection.execute(_DONE, turn.done)
    await connection.execute(_SETTLE, hook.hook_id, lease, turn.attempts, turn.pause)
    if turn.over:
        _log.error("hook.paused", hook=str(hook.hook_id), cause=turn.over)
        await connection.execute(_PAUSE, hook.hook_id, turn.over)
