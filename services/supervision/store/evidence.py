"""Evidence and signatures (证据与签名) on one transaction. A content is written once, in pieces, next to no hot table.

Whether it is stored already is decided under the lock of its hash.
"""

from collections.abc import Collection
from typing import Any

from uuid_utils import uuid7

from chassis import setwise
from chassis.database import Connection
from chassis.loaded import Entries
from chassis.reads import Asking
from chassis.transaction import Transaction
from chassis.writes import Writes
from supervision.domain.evidence import Content, Evidence, MediaType
from supervision.domain.signature import Signature

EVIDENCE = {
    "evidence_id": "uuid",
    "task_id": "uuid",
    "sha256": "bytea",
    "size": "bigint",
    **dict.fromkeys(("media_type", "name", "note", "line_code", "added_by"), "text"),
    "added_at": "timestamptz",
}
SIGNATURE = {
    "signature_id": "uuid",
    "task_id": "uuid",
    **dict.fromkeys(("source_system", "inspection_no", "role", "code", "masked_name"), "text"),
    "sealed_name": "bytea",
    "evidence": "bytea",
    "refused": "boolean",
    **dict.fromkeys(("reason", "recorded_by"), "text"),
    "recorded_at": "timestamptz",
    "on_paper": "boolean",
}
_OF_TASKS = setwise.select("evidence", {"task_id": "uuid", "sha256": "bytea"})
_ADD = setwise.insert("evidence", EVIDENCE)
_SIGN = setwise.insert("signature", SIGNATURE)
_STORED = "SELECT sha256 FROM evidence_blob WHERE sha256 = ANY ($1::bytea[])"
_ADD_BLOB = "INSERT INTO evidence_blob (sha256, size, stored_at) VALUES ($1, $2, $3)"
_ADD_CHUNK = "INSERT INTO evidence_chunk (sha256, number, content) VALUES ($1, $2, $3)"


class LoadedEvidence(Entries[tuple[str, str], Evidence]):
    """ports.Evidence, by (task, hash): of several references to one content any will do."""

    def __init__(self) -> None:
        super().__init__()
        self._added: list[tuple[Evidence, Content]] = []

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def of_task(self, task_id: str, sha256: str) -> Evidence | None:
        """A record of the task with this content, or None."""
        return self.at((task_id, sha256))

    def add(self, record: Evidence, content: Content) -> None:
        """Keep a new record and its content."""
        self.put((record.task_id, record.sha256), record)
        self._added.append((record, content))

    async def read(self, reads: Asking, wanted: Collection[tuple[str, str]]) -> None:
        """Read the records with these (task, hash)."""
        self.expect(wanted)
        keys = setwise.transposed((task_id, bytes.fromhex(sha256)) for task_id, sha256 in wanted)
        for row in await reads.fetch(_OF_TASKS, *keys) if keys else ():
            evidence = _evidence_of(row)
            self.found((evidence.task_id, evidence.sha256), evidence)

    async def write(self, tx: Transaction) -> None:
        """Write new contents, then the records that name them."""
        if not self._added:
            return
        contents = {evidence.sha256: (evidence, content) for evidence, content in self._added}
        digests = [bytes.fromhex(sha256) for sha256 in contents]
        stored = {row["sha256"].hex() for row in await tx.reads.fetch(_STORED, digests)}
        for sha256 in contents.keys() - stored:
            await _store(tx.connection, *contents[sha256])
        tx.writes.put_rows(_ADD, map(_evidence_row, (record for record, _ in self._added)))


class LoadedSignatures:
    """ports.Signatures: only added to."""

    def __init__(self) -> None:
        self._added: list[Signature] = []

    def new_id(self) -> str:
        """A UUIDv7."""
        return str(uuid7())

    def save(self, signature: Signature) -> None:
        """Keep a new one."""
        self._added.append(signature)

    def write(self, writes: Writes) -> None:
        """Write the new ones."""
        writes.put_rows(_SIGN, map(_signature_row, self._added))


async def _store(connection: Connection, evidence: Evidence, content: Content) -> None:
    digest = bytes.fromhex(evidence.sha256)
    await connection.execute(_ADD_BLOB, digest, evidence.size, evidence.added_at)
    for number, piece in enumerate(content.pieces()):
        await connection.execute(_ADD_CHUNK, digest, number, piece)


def _evidence_row(evidence: Evidence) -> tuple[Any, ...]:
    values = {name: getattr(evidence, name) for name in EVIDENCE}
    return tuple((values | {"sha256": bytes.fromhex(evidence.sha256)}).values())


def _evidence_of(row: Any) -> Evidence:
    values = {name: row[name] for name in EVIDENCE}
    known = {"evidence_id": str(row["evidence_id"]), "task_id": str(row["task_id"]), "sha256": row["sha256"].hex()}
    return Evidence(**values | known | {"media_type": MediaType(row["media_type"])})


def _signature_row(signature: Signature) -> tuple[Any, ...]:
    values = {name: getattr(signature, name) for name in SIGNATURE}
    return tuple((values | {"evidence": bytes.fromhex(signature.evidence) or None}).values())
