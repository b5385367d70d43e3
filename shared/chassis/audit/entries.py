"""Entries (审计记录): who did what, when and with which result, in the transaction that did it.

An entry names every row it vouches for and carries their digests; a keyed seal lets the sequencer tell our entries
from those somebody put into the table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.access.principal import Principal
from chassis.audit.leaf import WIDTH, Digests, Leaf, packed
from chassis.writes import Writes
from contracts.proved import PUBLIC

Seal = Callable[[bytes], bytes]
"""A keyed digest only the services can compute."""


class Result(StrEnum):
    """审计结果."""

    DONE = "DONE"
    """已办."""
    REFUSED = "REFUSED"
    """已拒绝."""
    FAILED = "FAILED"
    """未成: our side could not do it."""
    READ = "READ"
    """已查阅: personal data was answered, or the log itself read."""


def unsealed(_content: bytes) -> bytes:
    """No seal: such entries are written but never chained."""
    return b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """审计记录. ``at`` is the machine's time, ``stack_at`` that of the stack's clock."""

    id: UUID = field(default_factory=uuid7)
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    stack_at: datetime
    principal: Principal
    action: str
    by: str = ""
    object: str = ""
    result: Result = Result.DONE
    code: str = ""
    correlation: str = ""
    request: str = ""
    remote: str = ""
    digest: bytes = b""
    heard: Sequence[UUID] = ()
    """Events that were applied."""
    leaves: Sequence[Leaf] = ()
    """Rows this entry vouches for."""

    def row(self, seal: Seal) -> list[Any]:
        """As it is kept, in the order of ``COLUMNS``."""
        said = [
            *(self.id, self.at, self.stack_at, self.principal.id, self.principal.kind.value),
            *(",".join(sorted(self.principal.roles)), self.by, self.action, self.object, self.result.value, self.code),
            *(self.correlation, self.request, self.remote, self.digest, list(self.heard)),
            [leaf.ref for leaf in self.leaves],
            b"".join([leaf.digests.sha256 for leaf in self.leaves]),
            b"".join([leaf.digests.sm3 for leaf in self.leaves]),
        ]
        return [*said, seal(sealed_content(said))]


_PLAIN = {
    "id": "uuid",
    **dict.fromkeys(("at", "stack_at"), "timestamptz"),
    **dict.fromkeys(("principal", "kind", "roles", "by", "action", "object", "result", "code"), "text"),
    **dict.fromkeys(("correlation", "request", "remote"), "text"),
    "digest": "bytea",
}
COLUMNS = (*_PLAIN, "heard", "refs", "sha256", "sm3")
"""What is hashed of an entry, in this order; the seal comes after."""

_BETWEEN = "\x1f"
"""Stands between the values of a list, where it travels or is hashed as one value."""
_TYPES = _PLAIN | dict.fromkeys(("heard", "refs"), "text") | dict.fromkeys(("sha256", "sm3", "seal"), "bytea")
_ADD = f"""
INSERT INTO audit_entry ({", ".join(_TYPES)})
SELECT {", ".join(_PLAIN)}, string_to_array(heard, E'\\x1f')::uuid[], string_to_array(refs, E'\\x1f'), sha256, sm3, seal
  FROM unnest({", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_TYPES.values(), start=1))}) AS new ({", ".join(_TYPES)})
"""  # noqa: S608 - built from constants
_QUEUE = "INSERT INTO audit_pending (id, at) SELECT * FROM unnest($1::uuid[], $2::timestamptz[])"


def content(said: Sequence[Any]) -> bytes:
    """What is hashed of an entry: its events and the rows it vouches for, hundreds at times, each list as one value."""
    *plain, heard, refs, sha256, sm3 = said
    events = b"".join([event.bytes for event in heard])
    return packed("audit_entry", [*plain, events, _BETWEEN.join(refs), sha256, sm3])


def sealed_content(said: Sequence[Any]) -> bytes:
    """What is sealed: a seal on an entry is none on anything else."""
    return b"audit-entry\x00" + content(said)


def write(writes: Writes, entries: Sequence[Entry], seal: Seal) -> None:
    """Write entries when the transaction of ``writes`` commits."""
    writes.put_rows(_ADD, [_travelling(*entry.row(seal)) for entry in entries])
    writes.put(_QUEUE, [entry.id for entry in entries], [entry.at for entry in entries])


def _travelling(*row: Any) -> list[Any]:
    """A row whose lists travel as one value each, so that several rows are one statement."""
    *plain, heard, refs, sha256, sm3, kept = row
    return [*plain, _BETWEEN.join(map(str, heard)), _BETWEEN.join(refs), sha256, sm3, kept]


def public_leaves(row: Any) -> list[tuple[str, Digests]]:
    """What a kept entry vouches for that everybody may read: leaves of their own, after that of the entry."""
    return [(ref, digests) for ref, digests in vouched(row) if ref.partition("/")[0] in PUBLIC]


def vouched(row: Any) -> list[tuple[str, Digests]]:
    """Every row a kept entry vouches for, with its digests. Raises ValueError: it names more rows than digests."""
    places = range(0, len(row["sha256"]), WIDTH)
    digests = [Digests(row["sha256"][at : at + WIDTH], row["sm3"][at : at + WIDTH]) for at in places]
    return list(zip(row["refs"], digests, strict=True))
