"""Hash tree (哈希树): one root for many leaves, and for each leaf the path that leads to it.

The tree of RFC 6962: leaves and nodes are hashed with different first bytes, so that none is ever taken for the other,
and the last node of an odd row moves up alone.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from chassis.signing.statement import HASHES

Hash = Callable[[bytes], Any]
_LEAF = b"\x00"
_NODE = b"\x01"
DIGEST = 32
"""Bytes of every digest here."""


def hash_of(algorithm: str) -> Hash:
    """The hash that goes with a signature algorithm: SHA-256 with Ed25519, SM3 with SM2. Raises KeyError for others."""
    name = HASHES[algorithm]
    return hashlib.sha256 if name == "sha256" else partial(hashlib.new, name)


def leaf(hashing: Hash, content: bytes) -> bytes:
    """The leaf of some content."""
    digest: bytes = hashing(_LEAF + content).digest()
    return digest


class Tree:
    """The tree over one or more leaves, in their order."""

    def __init__(self, hashing: Hash, leaves: Sequence[bytes]) -> None:
        row = list(leaves)
        self._rows = [row]
        while len(row) > 1:
            pairs = range(0, len(row) - 1, 2)
            above = [hashing(_NODE + row[at] + row[at + 1]).digest() for at in pairs]
            if len(row) % 2:
                above.append(row[-1])
            self._rows.append(row := above)
        self.root: bytes = row[0]

    def path(self, index: int) -> bytes:
        """The digests that lead from a leaf to the root, the nearest first, one after the other."""
        found = []
        for row in self._rows[:-1]:
            beside = index ^ 1
            if beside < len(row):
                found.append(row[beside])
            index >>= 1
        return b"".join(found)


def root_by(hashing: Hash, start: bytes, index: int, size: int, path: bytes) -> bytes | None:
    """The root a leaf's path leads to; None when no tree of ``size`` has such a path at ``index``."""
    if not 0 <= index < size or len(path) % DIGEST:
        return None
    at, last, node = index, size - 1, start
    steps = [path[n : n + DIGEST] for n in range(0, len(path), DIGEST)]
    for beside in steps:
        if not last:
            return None
        if at % 2 or at == last:
            node = hashing(_NODE + beside + node).digest()
            while not at % 2 and at:
                at, last = at >> 1, last >> 1
        else:
            node = hashing(_NODE + node + beside).digest()
        at, last = at >> 1, last >> 1
    return None if last else node
