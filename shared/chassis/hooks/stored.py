"""Stored hooks (推送订阅存取) in PostgreSQL: one command at a time. Facts are kept as CloudEvents types, as the event log has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any
from uuid import UUID

from asyncpg import Record

from chassis.hooks.keeping import MOST_AGAIN, AddHook, Command, Hook, HookState, SendAgain
from chassis.hooks.queueing import WANTED
from chassis.identity import IdentityKeys
from chassis.ids import made_at
from chassis.resealing import SealedColumn
from chassis.transaction import Transaction
from contracts.event import Event, cloud_type

SECRET = SealedColumn(table="hook", column="secret", key={"hook_id": "uuid"})
PREVIOUS = SealedColumn(table="hook", column="previous", key={"hook_id": "uuid"})
SEALED = (SECRET, PREVIOUS)
"""For services that offer their facts."""
COLUMNS = tuple(each.name for each in fields(Hook))
_NEAR = timedelta(minutes=10)
"""Between the making of an event and its row in the log (passages.py)."""
_ONE = "SELECT * FROM hook WHERE hook_id = $1 FOR UPDATE"
_KEEP = """
INSERT INTO hook (hook_id, name, address, facts, source_systems, regions, departments, state, secret, previous, added_by,
    added_at, state_by, state_at, state_why)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (hook_id) DO UPDATE SET state = excluded.state, secret = excluded.secret, previous = excluded.previous,
    state_by = excluded.state_by, state_at = excluded.state_at, state_why = excluded.state_why,
    attempts = 0, next_at = clock_timestamp(), lease = NULL, leased_until = NULL
"""
_FORGET = "DELETE FROM hook_due WHERE hook_id = $1"
_FOUND = f"""
SELECT e.event_id, e.logged_at FROM hook h, event_log e
 WHERE h.hook_id = $1 AND {WANTED} AND ($2::uuid IS NULL OR e.event_id = $2) AND e.logged_at >= $3 AND e.logged_at < $4
   AND NOT EXISTS (SELECT FROM outbox o WHERE o.event_id = e.event_id)
 ORDER BY e.logged_at, e.event_id LIMIT $5
"""  # noqa: S608 - constants of this module
_AGAIN = """
INSERT INTO hook_due (hook_id, event_id, logged_at, again)
SELECT $1, event_id, logged_at, true FROM unnest($2::uuid[], $3::timestamptz[]) AS e (event_id, logged_at)
"""


class SqlHooks:
    """``keeping.HookWork`` inside the transaction it is given."""

    def __init__(self, tx: Transaction, identity: IdentityKeys, facts: Mapping[str, type[Event]]) -> None:
        self._tx = tx
        self._identity = identity
        self._types = {fact: cloud_type(event) for fact, event in facts.items()}
        self._known: Hook | None = None
        self._changed: Hook | None = None
        self._found: list[Record] = []
        self._again = False
        self.now = tx.now

    @property
    def offered(self) -> Collection[str]:
        """Facts that may be subscribed to."""
        return self._types

    @property
    def found(self) -> int:
        """How many facts would be sent again."""
        return len(self._found)

    async def load(self, messages: Sequence[Command]) -> None:
        """Lock and read the hook, and what it would get again."""
        (command,) = messages
        if isinstance(command, AddHook):
            return
        row = await self._tx.connection.fetchrow(_ONE, command.hook_id)
        self._known = hook_of(row) if row else None
        if isinstance(command, SendAgain) and self._known:
            since, until = command.since, command.until
            if command.event_id:
                at = made_at(command.event_id)
                since, until = at - _NEAR, at + _NEAR
            if since and until:
                asked = (command.hook_id, command.event_id, since, until, MOST_AGAIN + 1)
                self._found = await self._tx.connection.fetch(_FOUND, *asked)

    async def flush(self) -> None:
        """Write what changed."""
        hook = self._changed
        if hook:
            kept = asdict(hook) | {"facts": [self._types[fact] for fact in hook.facts if fact in self._types]}
            await self._tx.connection.execute(_KEEP, *(kept[name] for name in COLUMNS))
            if hook.state is HookState.ENDED:
                await self._tx.connection.execute(_FORGET, hook.hook_id)
        if self._again and self._known:
            columns = ([row[name] for row in self._found] for name in ("event_id", "logged_at"))
            await self._tx.connection.execute(_AGAIN, self._known.hook_id, *columns)

    def hook(self) -> Hook | None:
        """The hook, locked."""
        return self._known

    def sealed(self, secret: str, hook_id: UUID) -> bytes:
        """The secret as it is kept in its own place alone."""
        return self._identity.seal(secret, SECRET.place((str(hook_id),)))

    def moved(self, sealed: bytes, hook_id: UUID) -> bytes:
        """A secret that becomes the previous one."""
        row = (str(hook_id),)
        return self._identity.seal(self._identity.open(sealed, SECRET.place(row)), PREVIOUS.place(row))

    def keep(self, hook: Hook) -> None:
        """Keep a new or changed one."""
        self._changed = hook

    def send_again(self) -> None:
        """Queue what was found."""
        self._again = True


def hook_of(row: Record | Mapping[str, Any]) -> Hook:
    """A row of the table."""
    kept = {name: row[name] for name in COLUMNS}
    lists = {name: tuple(kept[name]) for name in ("source_systems", "regions", "departments")}
    return Hook(**kept | lists | {"facts": tuple(map(fact_of, kept["facts"])), "state": HookState(kept["state"])})


def fact_of(kind: str) -> str:
    """``cn.shenguan.credit.grade.changed.v1`` → ``credit.grade.changed``."""
    return kind.removeprefix("cn.shenguan.").rpartition(".")[0]
