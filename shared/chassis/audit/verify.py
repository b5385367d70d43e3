"""Verify (核验): computes a service's whole chain anew from its database and names the first row that is not as it was.

In the order of the chain: each block, its entries, the rows they vouch for; then what nobody vouches for, the signed
heads, and the heads others kept. One snapshot, bounded memory; the database may be a restored copy nobody writes to.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from asyncpg import Record

from chassis.audit.block import HASHES, Block
from chassis.audit.entries import COLUMNS, Seal, content, public_leaves, sealed_content, vouched
from chassis.audit.findings import Bad, Report, What
from chassis.audit.heads import Head
from chassis.audit.kept_rows import KeptRows
from chassis.audit.leaf import Digests, hashed
from chassis.audit.unproved import count_unproved, unproved
from chassis.database import Connection
from chassis.row_security import ALL
from chassis.signing.trusted import DistrustError, Trusted
from contracts.proved import PROVED

Progress = Callable[[int, int], None]
"""(blocks done, blocks in all)."""
_PAGE = 10
_BLOCKS = "SELECT * FROM audit_block WHERE no > $1 ORDER BY no LIMIT $2"
_ENTRIES = """
SELECT e.*, wanted.id AS wanted FROM unnest($1::uuid[], $2::timestamptz[]) WITH ORDINALITY AS wanted (id, at, n)
LEFT JOIN audit_entry e ON e.id = wanted.id AND e.at = wanted.at ORDER BY wanted.n
"""
_UNCHAINED = """
SELECT e.id FROM audit_entry e WHERE NOT EXISTS (SELECT FROM audit_pending p WHERE p.id = e.id AND p.at = e.at)
   AND NOT EXISTS (SELECT FROM (SELECT unnest(entries) AS id, unnest(days) AS at FROM audit_block) AS chained
                   WHERE chained.id = e.id AND chained.at = e.at) ORDER BY e.at, e.id LIMIT 1
"""
_PENDING = """
SELECT e.*, p.id AS wanted FROM audit_pending p LEFT JOIN audit_entry e ON e.id = p.id AND e.at = p.at ORDER BY p.at
"""


async def verify(
    connection: Connection,
    service: str,
    *,
    trusted: Trusted | None = None,
    witnessed: Sequence[Head] = (),
    seal: Seal | None = None,
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Check one service's chain.

    Args:
        connection: its database; reading is enough.
        service: whose chain it is.
        trusted: public keys; without them signatures are not checked, which the report says.
        witnessed: heads of this chain that were kept elsewhere.
        seal: with the deployment's key also what is not chained yet is checked.
        progress: is told how far it is.
    """
    check = _Check(connection, service, trusted, seal)
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for setting, every in ALL.items():
            await connection.execute("SELECT set_config($1, $2, true)", setting, every)
        try:
            await check.chain(progress, {head.block: head for head in witnessed})
            await check.unvouched()
            await check.heads(witnessed)
        except Bad as bad:
            check.report.bad = bad
    return check.report


class _Check:
    def __init__(self, connection: Connection, service: str, trusted: Trusted | None, seal: Seal | None) -> None:
        self._connection = connection
        self._service = service
        self._trusted = trusted
        self._seal = seal
        self._rows = KeptRows(connection, PROVED[service])
        self._hashes: dict[int, tuple[bytes, bytes]] = {}
        """Of the blocks that are signed or witnessed."""
        self._last = -1
        self.report = Report(service=service, signatures=trusted is not None)

    async def chain(self, progress: Progress, witnessed: Mapping[int, Head]) -> None:
        """Blocks, entries, and the rows they vouch for."""
        total = await self._connection.fetchval("SELECT count(*) FROM audit_block")
        signed = {row["block"] for row in await self._connection.fetch("SELECT block FROM audit_head")}
        last: Block | None = None
        while page := await self._connection.fetch(_BLOCKS, self._last, _PAGE):
            for row in page:
                block = Block.of(row)
                self._link(block, last)
                await self._entries(block)
                if block.no in signed or block.no in witnessed:
                    self._hashes[block.no] = (block.sha256, block.sm3)
                last, self._last = block, block.no
                self.report.blocks += 1
                progress(self.report.blocks, total)
        if last is None and await self._connection.fetchval("SELECT EXISTS (SELECT FROM audit_head)"):
            raise Bad(table="audit_block", key="0", what=What.DELETED)

    def _link(self, block: Block, last: Block | None) -> None:
        expected = last.no + 1 if last else 0
        if block.no != expected:
            raise Bad(table="audit_block", key=str(expected), what=What.DELETED)
        follows = all(
            getattr(block, f"previous_{name}") == (getattr(last, name) if last else bytes(32)) for name in HASHES
        )
        if not follows or not block.sound(self._service):
            raise Bad(table="audit_block", key=str(block.no), what=What.CHANGED)
        if self._seal and block.seal != self._seal(block.sealed_content()):
            raise Bad(table="audit_block", key=str(block.no), what=What.INSERTED)
        if last is None:
            self.report.before = msgspec.json.decode(block.before)

    async def _entries(self, block: Block) -> None:
        """The entries first: what they vouch for is read only when they are what they were."""
        position = 0
        rows = await self._connection.fetch(_ENTRIES, list(block.entries), list(block.days))
        for row, leaves in zip(rows, block.leaves, strict=True):
            _must_be_there(row)
            told = [block.leaf(position + n) for n in range(leaves)]
            if told[0] != _leaf_of(row) or told[1:] != [digests for _, digests in public_leaves(row)]:
                raise Bad(table="audit_entry", key=str(row["id"]), what=What.CHANGED)
            position += leaves
        await self._rows.expect([row["refs"] for row in rows])
        for row in rows:
            for ref, told_of in vouched(row):
                self._rows.must_be(ref, told_of)
            self.report.entries += 1
            self.report.rows += len(row["refs"])

    async def unvouched(self) -> None:
        """Entries nobody chained, and rows nobody vouches for."""
        pending = await self._connection.fetch(_PENDING)
        self.report.pending = len(pending)
        for row in pending:
            _must_be_there(row)
            if self._seal and row["seal"] != self._seal(sealed_content([row[name] for name in COLUMNS])):
                raise Bad(table="audit_entry", key=str(row["id"]), what=What.CHANGED)
        if found := await self._connection.fetchval(_UNCHAINED):
            raise Bad(table="audit_entry", key=str(found), what=What.INSERTED)
        for proved in PROVED[self._service]:
            before = self.report.before.get(proved.table, 0)
            count = await count_unproved(self._connection, proved)
            if count == before or self._last < 0 or (proved.replaced and count < before):
                continue  # a row that gives way to its next version is vouched for from then on
            detail = (f"上链前有 {before} 行，现有 {count} 行", f"{before} rows before the chain, {count} now")
            if count < before:
                raise Bad(table=proved.table, key="-", what=What.DELETED, detail=detail)
            newest = (await unproved(self._connection, proved, count))[-1 if before else 0]
            table, _, key = newest.partition("/")
            raise Bad(table=table, key=key, what=What.INSERTED, detail=detail if before else ("", ""))

    async def heads(self, witnessed: Sequence[Head]) -> None:
        """Signed heads, here and elsewhere."""
        rows = await self._connection.fetch("SELECT * FROM audit_head ORDER BY no")
        kept: dict[int, Head] = {}
        for expected, row in enumerate(rows, start=1):
            if row["no"] != expected:
                raise Bad(table="audit_head", key=str(expected), what=What.DELETED)
            kept[expected] = Head.of(self._service, row)
            self._must_stand(kept[expected], ("", ""))
            self.report.heads += 1
        for head in sorted(witnessed, key=lambda head: head.no):
            elsewhere = ("别处留存的链头可证", "a head kept elsewhere shows it")
            self._must_stand(head, elsewhere)
            if head.no not in kept:
                raise Bad(table="audit_head", key=str(head.no), what=What.DELETED, detail=elsewhere)
            if kept[head.no].statement != head.statement:
                raise Bad(table="audit_head", key=str(head.no), what=What.CHANGED, detail=elsewhere)
            self.report.witnesses += 1
        self.report.unsigned_blocks = self._last - max((head.block for head in kept.values()), default=-1)

    def _must_stand(self, head: Head, detail: tuple[str, str]) -> None:
        """Its signature is believed, and its block is what it signs."""
        if self._trusted:
            try:
                self._trusted.verify(
                    head.key_id, head.algorithm, head.statement, head.signature, service=self._service, at=head.at
                )
            except DistrustError as fault:
                what = (fault.zh, str(fault))
                raise Bad(table="audit_head", key=str(head.no), what=What.UNSIGNED, detail=what) from fault
        if head.block > self._last:
            raise Bad(table="audit_block", key=str(self._last + 1), what=What.DELETED, detail=detail)
        if self._hashes.get(head.block) != (head.sha256, head.sm3):
            signed = ("与已签名的链头不符", "a signed head says otherwise")
            raise Bad(table="audit_block", key=str(head.block), what=What.CHANGED, detail=signed)


def _leaf_of(row: Record) -> Digests:
    return hashed(content([row[name] for name in COLUMNS]))


def _must_be_there(row: Record | Mapping[str, Any]) -> None:
    if row["id"] is None:
        raise Bad(table="audit_entry", key=str(row["wanted"]), what=What.DELETED)
