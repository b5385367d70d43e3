"""The read model as a whole (读模型): emptied, fed with what services send again, and told by one digest."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from chassis import inbox
from chassis.audit import witness
from chassis.database import PATIENT, Pool
from chassis.envelope import Opened, UnreadableError, open_event
from chassis.resending import read
from chassis.signing.events import EventVerifier
from chassis.signing.trusted import DistrustError
from chassis.transaction import Transaction
from console.store.fixing import LOCK
from console.store.groups import GROUPS, TABLES
from console.store.work import SqlWork
from contracts.topology import durable_of, stream_of

_ROWS = 2000
_BEGIN = "INSERT INTO rebuild (begun_at) VALUES ($1) RETURNING no"
_DONE = "UPDATE rebuild SET done_at = $2 WHERE no = $1"
_SHOWN = 20
"""Refused events that are named."""
_KEYS = {"told": ("event_id",)} | {group.table: tuple(group.key) for group in GROUPS.values()}
Hear = Callable[[SqlWork, Opened], None]
Transacting = Callable[[Callable[[Transaction], Awaitable[None]]], Awaitable[None]]
"""Runs something in one transaction of this service, audited like any other."""


@dataclass
class Fed:
    """What became of a service's events. ``refused``: the first that were not believed or understood, and why."""

    applied: int = 0
    refused_count: int = 0
    refused: list[str] = field(default_factory=list)


class ReadModel:
    """``hear``: what an event says of it (the use case)."""

    def __init__(self, pool: Callable[[], Pool], transacting: Transacting, verifier: EventVerifier, hear: Hear) -> None:
        self._pool = pool
        self._transacting = transacting
        self._verifier = verifier
        self._hear = hear

    async def clear(self) -> int:
        """Empty every table, in one transaction; answers the number of the rebuilding that begins with it.

        Until it is complete no month can be fixed by what there is. The months that are fixed stay.
        """
        numbers: list[int] = []

        async def emptied(tx: Transaction) -> None:
            tx.doing.action = "read-model:clear"
            await tx.patient()
            await tx.lock([LOCK])
            numbers.append(await tx.connection.fetchval(_BEGIN, tx.now))
            for table in TABLES:
                await tx.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - constants of the store

        await self._transacting(emptied)
        return numbers[0]

    async def complete(self, number: int) -> None:
        """Everything was sent again: the rebuilding is done."""

        async def completed(tx: Transaction) -> None:
            tx.doing.action = "read-model:complete"
            await tx.connection.execute(_DONE, number, tx.now)

        await self._transacting(completed)

    async def feed(self, service: str, lines: Sequence[bytes], fed: Fed, *, from_below: bool = False) -> None:
        """Apply events a service sent again, in one transaction. What is not its own is left out and counted.

        ``from_below``: handed over by a level below (下级), so that each must be signed, and heads of its chain are kept.
        """
        believed: list[Opened] = []
        for line in lines:
            try:
                believed.append(self._believed(service, line, from_below=from_below))
            except (UnreadableError, DistrustError, ValueError) as fault:
                fed.refused_count += 1
                fed.refused += [f"{service}: {fault}"][: _SHOWN - len(fed.refused)]

        async def applied(tx: Transaction) -> None:
            tx.doing.action = "read-model:feed"
            await inbox.admit(tx, durable_of("console", stream_of(service)), believed)
            work = SqlWork(tx)
            for opened in await witness.keep(tx.connection, service, believed):
                self._hear(work, opened)
            await work.flush()

        if believed:
            await self._transacting(applied)
        fed.applied += len(believed)

    async def digest(self) -> dict[str, Any]:
        """Rows of each table, and one SHA-256 of all, row by row in the order of their keys, as of one instant."""
        rows: dict[str, int] = {}
        digest = sha256()
        async with (
            self._pool().acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            await connection.execute(PATIENT)
            for table in TABLES:
                rows[table] = 0
                order = ", ".join(f'{name}::text COLLATE "C"' for name in _KEYS[table])
                async for row in connection.cursor(
                    f"SELECT t::text AS row FROM {table} t ORDER BY {order}",  # noqa: S608 - constants of the store
                    prefetch=_ROWS,
                ):
                    rows[table] += 1
                    digest.update(table.encode() + b"\x1f" + row["row"].encode() + b"\n")
        return {"rows": rows, "sha256": digest.hexdigest()}

    def _believed(self, service: str, line: bytes, *, from_below: bool) -> Opened:
        """An event of this service: signed with a key that was valid when it was told, or from before it signed any.

        The service itself answers; what it never signed nobody else can vouch for.
        """
        subject, headers, payload = read(line)
        at = datetime.fromisoformat(headers.get("ce-time", ""))
        try:
            self._verifier.verify(subject, headers, payload, service=service, at=at)
        except DistrustError as fault:
            if from_below or fault.cause != "unsigned":
                raise
        return open_event(subject, headers, payload)
