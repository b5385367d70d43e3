"""Block (审计块): entries chained to all before them, in SHA-256 and in SM3 side by side.

root = hash tree over the leaves; block = H(02 ‖ service, number, time, list, before, count, previous, root), each with
its length before it. ``list`` is the hash over which entries with how many leaves; ``before`` what was there at the start.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Self
from uuid import UUID

from chassis.audit.leaf import BLOCK, WIDTH, Digests, packed
from chassis.database import Connection
from chassis.signing.tree import Hash, Tree

HASHES: dict[str, Hash] = {"sha256": hashlib.sha256, "sm3": partial(hashlib.new, "sm3")}
"""Name of a hash → the hash."""
_NOTHING = bytes(WIDTH)
COLUMNS = (
    *("no", "at", "entries", "days", "leaves", "leaf_sha256", "leaf_sm3", "before", "previous_sha256", "previous_sm3"),
    *("root_sha256", "root_sm3", "sha256", "sm3", "seal"),
)
_ADD = f"INSERT INTO audit_block ({', '.join(COLUMNS)}) VALUES ({', '.join(f'${n + 1}' for n in range(len(COLUMNS)))})"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """审计块. ``days``: the times of the entries, which with their ids find them; ``leaves``: how many each has."""

    at: datetime
    no: int = 0
    entries: Sequence[UUID] = ()
    days: Sequence[datetime] = ()
    leaves: Sequence[int] = ()
    leaf_sha256: bytes = b""
    leaf_sm3: bytes = b""
    before: str = "{}"
    """JSON: table → rows that were there before the chain began; said by block 0 alone."""
    previous_sha256: bytes = _NOTHING
    previous_sm3: bytes = _NOTHING
    root_sha256: bytes = _NOTHING
    root_sm3: bytes = _NOTHING
    sha256: bytes = _NOTHING
    sm3: bytes = _NOTHING
    seal: bytes = b""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """A kept block."""
        return cls(**{name: row[name] for name in COLUMNS})

    def leaf(self, position: int) -> Digests:
        """One leaf."""
        at = position * WIDTH
        return Digests(self.leaf_sha256[at : at + WIDTH], self.leaf_sm3[at : at + WIDTH])

    def tree(self, name: str) -> Tree | None:
        """The tree over the leaves; None when there are none."""
        packed_leaves: bytes = getattr(self, f"leaf_{name}")
        leaves = [packed_leaves[at : at + WIDTH] for at in range(0, len(packed_leaves), WIDTH)]
        return Tree(HASHES[name], leaves) if leaves else None

    def root(self, name: str) -> bytes:
        """The root over the leaves as they are."""
        tree = self.tree(name)
        return tree.root if tree else _NOTHING

    def listed(self, name: str) -> bytes:
        """The hash over which entries these are."""
        content = packed("list", [*self.entries, *self.days, *self.leaves])
        return bytes(HASHES[name](content).digest())

    def hash(self, service: str, name: str) -> bytes:
        """The hash of the block as it is."""
        said = [service, self.no, self.at, self.listed(name), self.before, len(self.leaf_sha256) // WIDTH]
        links = [getattr(self, f"previous_{name}"), getattr(self, f"root_{name}")]
        return bytes(HASHES[name](BLOCK + packed("audit_block", [*said, *links])).digest())

    def sound(self, service: str) -> bool:
        """Whether roots and hashes are those of its content."""
        return all(
            getattr(self, f"root_{name}") == self.root(name) and getattr(self, name) == self.hash(service, name)
            for name in HASHES
        )

    def chained(self, service: str, last: Self | None, seal: Callable[[bytes], bytes]) -> Self:
        """The same after ``last``, with roots, hashes and seal."""
        linked = replace(self, no=last.no + 1, previous_sha256=last.sha256, previous_sm3=last.sm3) if last else self
        rooted = replace(linked, root_sha256=self.root("sha256"), root_sm3=self.root("sm3"))
        whole = replace(rooted, sha256=rooted.hash(service, "sha256"), sm3=rooted.hash(service, "sm3"))
        return replace(whole, seal=seal(whole.sealed_content()))

    def sealed_content(self) -> bytes:
        """What the services seal, so that they never chain on to somebody else's block."""
        return b"audit-block\x00" + self.sha256 + self.sm3

    async def add(self, connection: Connection) -> None:
        """Keep it."""
        await connection.execute(_ADD, *(getattr(self, name) for name in COLUMNS))
