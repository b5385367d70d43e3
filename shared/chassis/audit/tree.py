"""Hash tree (哈希树): the root over many leaves, and the path that shows one of them is among them (RFC 6962)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from chassis.audit.leaf import NODE


@dataclass(frozen=True, slots=True)
class Step:
    """One sibling on the way up; ``left`` when it stands before what was computed so far."""

    left: bool
    digest: bytes


def root(name: str, leaves: Sequence[bytes]) -> bytes:
    """The root with the hash ``name``; of no leaves, the hash of nothing."""
    if not leaves:
        return hashlib.new(name, b"").digest()
    level = list(leaves)
    while len(level) > 1:
        level = _above(name, level)
    return level[0]


def path(name: str, leaves: Sequence[bytes], position: int) -> list[Step]:
    """The siblings from the leaf at ``position`` up to the root."""
    level, steps = list(leaves), []
    while len(level) > 1:
        sibling = position ^ 1
        if sibling < len(level):
            steps.append(Step(sibling < position, level[sibling]))
        level, position = _above(name, level), position // 2
    return steps


def climbed(name: str, leaf: bytes, steps: Sequence[Step]) -> bytes:
    """The root a leaf and its path lead to."""
    for step in steps:
        pair = step.digest + leaf if step.left else leaf + step.digest
        leaf = hashlib.new(name, NODE + pair).digest()
    return leaf


def _above(name: str, level: list[bytes]) -> list[bytes]:
    """The next level: pairs hashed together, an odd one goes up as it is."""
    above = [hashlib.new(name, NODE + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
    return above + level[-1:] if len(level) % 2 else above
