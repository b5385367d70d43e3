"""Transaction (事务): aggregates, inbox, event log and outbox, committed once."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import Context
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chassis import outbox
from chassis.audit import entries, writing
from chassis.audit.entries import Entry
from chassis.audit.leaf import Leaf
from chassis.database import PATIENT, Connection, Pool
from chassis.envelope import Cause, Envelope, seal
from chassis.notices import posting
from chassis.reads import Columns, Reads
from chassis.signing.events import signed
from chassis.signing.signer import Signer
from chassis.telemetry import current_traceparent
from chassis.writes import Writes
from contracts.event import Event
from kernel.clock import Clock, china_day

_LOCK = """
SELECT pg_advisory_xact_lock(h)
  FROM (SELECT DISTINCT hashtextextended(k, 0) AS h FROM unnest($1::text[]) AS k ORDER BY 1) AS sorted
"""
_LOCK_BESIDE = """
SELECT CASE WHEN shared THEN pg_advisory_xact_lock_shared(h) ELSE pg_advisory_xact_lock(h) END
  FROM (SELECT true AS shared, {beside} AS h
        UNION ALL SELECT DISTINCT false, hashtextextended(k, 0) FROM unnest($1::text[]) AS k
        ORDER BY 1 DESC, 2) AS sorted
"""


@dataclass(frozen=True, slots=True)
class _Share:
    """What one request of several did (一份): its context, and which of the events are its own."""

    context: Context
    doing: writing.Doing
    start: int
    end: int

    def entry(self, now: datetime, said: Sequence[Envelope], told: Sequence[Leaf]) -> Entry:
        mine = slice(self.start, self.end)
        return self.context.run(self.doing.entry, now, said[mine], told[mine])


class Transaction:
    """One database transaction and what it will tell the others when it commits."""

    def __init__(self, connection: Connection, service: str, region: str, clock: Clock, columns: Columns) -> None:
        self.connection = connection
        self.reads = Reads(connection, columns)
        """What is asked of the database; several parts of a store ask together."""
        self.writes = Writes(connection)
        """What is written when this commits, in as few statements as its order allows."""
        self.now = clock.now()
        """The stack's instant, one for the whole transaction, aware, UTC."""
        self.notices = posting.Told()
        """通知: what persons are told when this commits."""
        self.heard_at: datetime | None = None
        """The time the newest event this transaction applies was told at (CloudEvents ``time``); None for a command."""
        self.doing = writing.Doing()
        """What the audit entry of this transaction will say (审计)."""
        self.leaves: list[Leaf] = []
        """Rows written here that the audit entry vouches for, the events apart."""
        self._service = service
        self._region = region
        self._clock = clock
        self._cause: Cause | None = None
        self._said: list[Envelope] = []
        self._shares: list[_Share] = []

    @property
    def region(self) -> str:
        """区划代码 of this deployment."""
        return self._region

    @property
    def today(self) -> date:
        """The day of ``now`` in China."""
        return china_day(self.now)

    @property
    def said(self) -> list[Envelope]:
        """The events published so far, in order."""
        return self._said

    def publish(self, event: Event) -> None:
        """Tell the others when this commits; the current cause and trace go with it."""
        self._said.append(
            seal(
                event,
                service=self._service,
                region=self._region,
                now=self.now,
                cause=self._cause,
                traceparent=current_traceparent(),
            ),
        )

    @contextmanager
    def because_of(self, cause: Cause) -> Iterator[None]:
        """Everything published inside follows from ``cause``."""
        before, self._cause = self._cause, cause
        try:
            yield
        finally:
            self._cause = before

    def share(self, context: Context, handle: Callable[..., Any], message: object, since: int) -> None:
        """One request among several was carried out: it has an audit entry of its own.

        ``context`` is the request's: who asks, and what for. ``since``: how many events were said before it.
        """
        doing = writing.Doing()
        doing.handles(handle, [message])
        self._shares.append(_Share(context, doing, since, len(self._said)))

    def entries(self, told: Sequence[Leaf]) -> list[Entry]:
        """The audit entries of this transaction; ``told``: the leaves of what was said, in its order.

        Raises:
            RuntimeError: of several requests nobody can tell whose a row is.
        """
        if not self._shares:
            return [self.doing.entry(self.now, self._said, [*self.leaves, *told])]
        if self.leaves:
            raise RuntimeError("rows that need an entry were written for several requests at once")
        return [share.entry(self.now, self._said, told) for share in self._shares]

    def waited(self) -> None:
        """Its turn has come, before anything was done: ``now`` lies after what whoever went before it did."""
        self.now = self._clock.now()

    async def patient(self) -> None:
        """What follows may compute for long between two statements: the server shall not take us for gone."""
        await self.connection.execute(PATIENT)

    async def lock(self, keys: Iterable[str], *, beside: str = "") -> None:
        """Hold these keys until the end of the transaction: sorted, so that two transactions never wait in a circle.

        ``beside``: before them, and shared, the lock of this number; an SQL expression, one of the stores' constants.
        """
        wanted = sorted(set(keys))
        if beside:
            await self.connection.execute(_LOCK_BESIDE.format(beside=beside), wanted)
        elif wanted:
            await self.connection.execute(_LOCK, wanted)


class Transactions:
    """Opens transactions on a service's database.

    ``wake`` is called after each commit that said something, ``remind`` after one that queued notices for a channel.

    Everything one transaction says is signed once by ``signer``; without one nobody will believe it.
    Each leaves one audit entry, or does not commit; ``seal`` is what the sequencer knows our entries by.
    """

    def __init__(
        self,
        pool: Callable[[], Pool],
        clock: Clock,
        service: str,
        region: str,
        wake: Callable[[], None],
        signer: Signer | None = None,
        seal: entries.Seal = entries.unsealed,
        remind: Callable[[], None] = lambda: None,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._service = service
        self._region = region
        self._wake = wake
        self._signer = signer
        self._seal = seal
        self._remind = remind
        self._columns: Columns = {}

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """One transaction; commits on a clean exit, rolls back on any exception."""
        async with self._pool().acquire() as connection:
            async with connection.transaction():
                tx = self._transaction(connection)
                yield tx
                leaves: Sequence[Leaf] = ()
                if tx.said:
                    leaves = outbox.append(tx.writes, signed(self._signer, tx.said) if self._signer else tx.said)
                queued = await posting.post(connection, tx.writes, tx.notices.notices, tx.now)
                entries.write(tx.writes, tx.entries(leaves), self._seal)
                await tx.writes.send()
            if tx.said:
                self._wake()
            if queued:
                self._remind()

    def _transaction(self, connection: Connection) -> Transaction:
        return Transaction(connection, self._service, self._region, self._clock, self._columns)


class SingleStatements(Transactions):
    """For work that answers and at most notes that it did (逐条语句): every statement commits by itself.

    Two round trips to the server less than a transaction. Nothing is locked and nothing can be told to the others.
    """

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Transaction]:
        """A connection for the work.

        Raises:
            RuntimeError: the work told something, which nothing would carry out.
        """
        async with self._pool().acquire() as connection:
            tx = self._transaction(connection)
            yield tx
            await tx.writes.send()
            if tx.said or tx.notices.notices:
                raise RuntimeError("what is told needs a transaction")
