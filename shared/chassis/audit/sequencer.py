"""Sequencer (定序): one per service chains the committed entries within a second and signs the head every minute.

It takes pointers that were committed with their entries, never a cursor: whatever order transactions end in, and
whatever cluster the database was restored to, none is passed over. An entry without our seal is not chained.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import structlog
from asyncpg import Record

from chassis.audit import heads
from chassis.audit.block import Block
from chassis.audit.entries import COLUMNS, Seal, content, public_leaves, sealed_content
from chassis.audit.leaf import Digests, hashed
from chassis.audit.unproved import count_unproved
from chassis.database import Connection, Pool
from chassis.failures import AWAY
from chassis.signing.signer import Signer
from chassis.transaction import Transactions
from chassis.waking import woken
from contracts.proved import PROVED

_log = structlog.get_logger(__name__)

BLOCK_SIZE = 1000
"""Entries of a block at most."""
_EVERY = 0.5
_SEAL_EVERY = 60.0
_REST = timedelta(seconds=50)
"""Several processes sign one head a minute together: who comes so soon after another leaves it."""
_LOCK = 0x4155444954  # "AUDIT": one process of a service at a time

_TAKE = """
WITH taken AS (DELETE FROM audit_pending WHERE ctid = ANY (ARRAY(SELECT ctid FROM audit_pending LIMIT $1)) RETURNING id, at)
SELECT e.* FROM audit_entry e JOIN taken ON e.id = taken.id AND e.at = taken.at ORDER BY e.at, e.id
"""
_LAST = "SELECT * FROM audit_block ORDER BY no DESC LIMIT 1"


class BrokenChainError(Exception):
    """The newest block is not one of ours: nothing is chained on to it (审计链被改动)."""


class Sequencer:
    """Chains one service's entries."""

    def __init__(self, service: str, pool: Pool, transactions: Transactions, seal: Seal, signer: Signer) -> None:
        self._service = service
        self._pool = pool
        self._seal = seal
        self._sealer = heads.Sealer(service, pool, transactions, signer)
        self._stopped = asyncio.Event()

    async def run(self, heads_file: str = "") -> None:
        """Chain until stopped, then once more, and sign what there is; ``heads_file``: where heads go besides."""
        self._sealer.file = heads_file
        loop = asyncio.get_running_loop()
        due = loop.time() + _SEAL_EVERY
        while not self._stopped.is_set():
            await self._patiently()
            if loop.time() >= due:
                await self._patiently(seal=_REST)
                due = loop.time() + _SEAL_EVERY
            await woken(self._stopped, _EVERY)
        await self._patiently(seal=timedelta())

    async def stop(self, running: asyncio.Task[None]) -> None:
        """Chain and sign what is there, and stop."""
        self._stopped.set()
        await running

    async def chain_all(self) -> None:
        """Chain what was committed. Raises BrokenChainError when the chain is not ours."""
        while await self._chain_once():
            pass

    async def seal_head(self, rest: timedelta = timedelta()) -> None:
        """Chain, sign the newest block unless that was done, or less than ``rest`` ago, and chain what that left."""
        await self.chain_all()
        await self._sealer.seal(rest)
        await self.chain_all()

    async def _patiently(self, *, seal: timedelta | None = None) -> None:
        try:
            await (self.chain_all() if seal is None else self.seal_head(seal))
        except AWAY as away:
            _log.warning("audit.waiting", cause=repr(away))
        except Exception:  # noqa: BLE001 - what is not chained stays listed; the next round tries again
            _log.exception("audit.not_chained")

    async def _chain_once(self) -> bool:
        """One block; True when there may be more."""
        async with self._pool.acquire() as connection, connection.transaction():
            if not await connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
                return False
            last = await self._newest(connection)
            taken = await connection.fetch(_TAKE, BLOCK_SIZE)
            ours = [row for row in taken if self._is_ours(row)]
            if ours:
                await self._add(connection, last, ours)
        return len(taken) == BLOCK_SIZE

    async def _newest(self, connection: Connection) -> Block:
        row = await connection.fetchrow(_LAST)
        if row is None:
            return await self._begin(connection)
        block = Block.of(row)
        if block.seal != self._seal(block.sealed_content()) or not block.sound(self._service):
            raise BrokenChainError(
                f"审计块 {block.no} 不是本服务所写，请运行 shenguan audit verify / block {block.no} is not this service's:"
                " run `shenguan audit verify`"
            )
        return block

    async def _begin(self, connection: Connection) -> Block:
        """Block 0: how many rows were there before anybody vouched for any."""
        await connection.execute("SET LOCAL enable_hashjoin = on")  # once, over whole tables
        before = {each.table: await count_unproved(connection, each) for each in PROVED[self._service]}
        first = Block(at=datetime.now(UTC), before=msgspec.json.encode(before).decode())
        block = first.chained(self._service, None, self._seal)
        await block.add(connection)
        return block

    async def _add(self, connection: Connection, last: Block, ours: list[Record]) -> None:
        leaves: list[Digests] = []
        counts: list[int] = []
        shown: list[tuple[str, int]] = []
        for row in ours:
            public = public_leaves(row)
            shown += [(ref, len(leaves) + n) for n, (ref, _) in enumerate(public, start=1)]
            leaves += [hashed(content(_said(row))), *(digests for _, digests in public)]
            counts.append(1 + len(public))
        fresh = Block(
            at=datetime.now(UTC),
            entries=[row["id"] for row in ours],
            days=[row["at"] for row in ours],
            leaves=counts,
            leaf_sha256=b"".join([leaf.sha256 for leaf in leaves]),
            leaf_sm3=b"".join([leaf.sm3 for leaf in leaves]),
        )
        block = fresh.chained(self._service, last, self._seal)
        await block.add(connection)
        rows = [(ref, block.no, position) for ref, position in shown]
        await connection.executemany("INSERT INTO audit_leaf (ref, block, position) VALUES ($1, $2, $3)", rows)

    def _is_ours(self, row: Record) -> bool:
        if row["seal"] == self._seal(sealed_content(_said(row))):
            return True
        _log.error("audit.not_ours", entry=str(row["id"]), at=row["at"].isoformat())
        return False


def _said(row: Record) -> list[object]:
    return [row[name] for name in COLUMNS]
