"""Heads (链头): the newest block signed by the service, told to the others and, where asked for, written to a file.

A head that left the database cannot be taken back by whoever owns the database.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import msgspec
import structlog

from chassis.database import Connection, Pool
from chassis.signing.signer import Signer
from chassis.signing.statement import stated
from chassis.transaction import Transactions
from contracts.audit import SOURCE, AuditSealed, sealed_of

_log = structlog.get_logger(__name__)

_LOCK = 0x48454144  # "HEAD"
_NEWEST = """
SELECT b.no, b.sha256, b.sm3, h.no AS head, h.block AS signed, h.at AS signed_at
FROM audit_block b LEFT JOIN LATERAL (SELECT no, block, at FROM audit_head ORDER BY no DESC LIMIT 1) h ON true
ORDER BY b.no DESC LIMIT 1
"""
_ADD = """
INSERT INTO audit_head (no, block, at, sha256, sm3, key_id, algorithm, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """链头."""

    service: str
    no: int
    block: int
    at: datetime
    sha256: bytes
    sm3: bytes
    key_id: str
    algorithm: str
    signature: bytes

    @classmethod
    def of(cls, service: str, row: Mapping[str, Any]) -> Self:
        """A kept head."""
        names = ("no", "block", "at", "sha256", "sm3", "key_id", "algorithm", "signature")
        return cls(service=service, **{name: row[name] for name in names})

    @classmethod
    def read(cls, line: bytes) -> Self:
        """A head from a file of heads. Raises ValueError: it is none."""
        said = msgspec.json.decode(line, type=dict[str, Any])
        try:
            said |= {name: bytes.fromhex(said[name]) for name in ("sha256", "sm3")}
            said |= {"at": datetime.fromisoformat(said["at"]), "signature": b64decode(said["signature"])}
            return cls(**said)
        except (KeyError, TypeError) as fault:
            raise ValueError(f"这一行不是链头 / this line is no head: {line[:80]!r}") from fault

    @property
    def statement(self) -> bytes:
        """What is signed."""
        said = (self.service, str(self.no), str(self.block), self.at.astimezone(UTC).isoformat(timespec="microseconds"))
        return stated("shenguan-audit-head", *(part.encode() for part in said), self.sha256, self.sm3)

    def document(self) -> dict[str, Any]:
        """As JSON: hashes in hexadecimal, the signature in base64."""
        said = asdict(self) | {"sha256": self.sha256.hex(), "sm3": self.sm3.hex()}
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return said | {"at": at, "signature": b64encode(self.signature).decode()}


def sign(signer: Signer, *, service: str, no: int, block: int, sha256: bytes, sm3: bytes) -> Head:
    """The head over a block, signed now."""
    unsigned = Head(
        service=service,
        no=no,
        block=block,
        at=datetime.now(UTC),
        sha256=sha256,
        sm3=sm3,
        key_id=signer.key_id,
        algorithm=signer.algorithm,
        signature=b"",
    )
    return replace(unsigned, signature=signer.sign(unsigned.statement))


class Sealer:
    """Signs the newest block of one service."""

    def __init__(self, service: str, pool: Pool, transactions: Transactions, signer: Signer) -> None:
        self._service = service
        self._pool = pool
        self._transactions = transactions
        self._signer = signer
        self.file = ""
        """Where heads are added as JSON lines; empty: nowhere."""

    async def seal(self, rest: timedelta = timedelta()) -> Head | None:
        """Sign the newest block; None when it is signed already, or another process does.

        ``rest``: nothing is signed so soon after the last head, whichever process of the service signed that.
        """
        row = await self._pool.fetchrow(_NEWEST)
        if row is None or row["signed"] == row["no"] or _signed_within(rest, row["signed_at"]):
            return None
        async with self._transactions.begin() as tx:
            tx.doing.action = "audit:seal"
            if not await tx.connection.fetchval("SELECT pg_try_advisory_xact_lock($1)", _LOCK):
                return None
            row = await tx.connection.fetchrow(_NEWEST)
            if row is None or row["signed"] == row["no"]:
                return None
            head = self._signed(row)
            await _add(tx.connection, head)
            tx.publish(self._told(head, tx.region))
        self._write(head)
        return head

    def _signed(self, row: Mapping[str, Any]) -> Head:
        return sign(
            self._signer,
            service=self._service,
            no=(row["head"] or 0) + 1,
            block=row["no"],
            sha256=row["sha256"],
            sm3=row["sm3"],
        )

    def _told(self, head: Head, region: str) -> AuditSealed:
        return sealed_of(self._service)(
            source_system=SOURCE,
            region=region,
            head=head.no,
            block=head.block,
            sealed_at=head.at,
            sha256=head.sha256.hex(),
            sm3=head.sm3.hex(),
            key_id=head.key_id,
            algorithm=head.algorithm,
            signature=b64encode(head.signature).decode(),
        )

    def _write(self, head: Head) -> None:
        if not self.file:
            return
        try:
            with Path(self.file).open("ab") as file:
                file.write(msgspec.json.encode(head.document()) + b"\n")
        except OSError:
            _log.exception("audit.head_not_written", file=self.file)


def _signed_within(rest: timedelta, signed_at: datetime | None) -> bool:
    """A head from the future, by a process whose clock is fast, holds nobody up."""
    return signed_at is not None and timedelta() <= datetime.now(UTC) - signed_at < rest


async def _add(connection: Connection, head: Head) -> None:
    said = (head.no, head.block, head.at, head.sha256, head.sm3, head.key_id, head.algorithm, head.signature)
    await connection.execute(_ADD, *said)
