"""Pool of a draw (抽查池): who and what may be drawn, in one byte form that anybody can write and hash again.

JSON lines, UTF-8, each ended by a line feed, keys in order, no spaces; the kinds of lines stand in the order of
``Pool.lines``, each kind sorted. SHA-256 of the bytes is the snapshot hash. No names, no numbers of persons.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, Self

from kernel.risk import RiskClass

FORMAT = "shenguan-pool-1"


@dataclass(frozen=True, slots=True)
class PoolObject:
    """池中对象: ``ref`` is ``source_system:object_no``; ``certain``: overdue by the frequency rule (必查)."""

    ref: str
    risk_class: RiskClass
    certain: bool = False


@dataclass(frozen=True, kw_only=True)
class DrawnDepartment:
    """参加抽查的部门: so many different officers for each object, none with more objects than ``max_load``."""

    code: str
    officers: int
    max_load: int
    inspectors: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pool:
    """抽查池. ``quota``: how many objects of a class are drawn beside the certain ones.

    ``recusals`` are (inspector, ref). Raises ValueError for what contradicts itself; everything is kept sorted.
    """

    quota: Mapping[RiskClass, int]
    departments: tuple[DrawnDepartment, ...]
    objects: tuple[PoolObject, ...]
    recusals: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        refs = {each.ref for each in self.objects}
        codes = [code for department in self.departments for code in department.inspectors]
        free = self.open_by_class
        wrong = {
            "an object stands twice": len(refs) < len(self.objects),
            "an inspector or department stands twice": len(set(codes)) < len(codes)
            or len({each.code for each in self.departments}) < len(self.departments),
            "more are drawn than there are": any(not 0 <= self.quota.get(c, 0) <= free[c] for c in RiskClass),
            "somebody is recused who or from what is not there": not (
                {inspector for inspector, _ in self.recusals} <= set(codes)
                and {ref for _, ref in self.recusals} <= refs
            ),
            "a department draws nobody": any(each.officers < 1 or each.max_load < 1 for each in self.departments),
            "a code or number holds a control character": any(not code.isprintable() for code in (*refs, *codes)),
        }
        if said := [words for words, true in wrong.items() if true]:
            raise ValueError("; ".join(said))

    @cached_property
    def open_by_class(self) -> Mapping[RiskClass, int]:
        """Objects of each class that are left to chance."""
        counts = dict.fromkeys(RiskClass, 0)
        for each in self.objects:
            counts[each.risk_class] += not each.certain
        return counts

    @property
    def drawn(self) -> int:
        """How many objects a draw gives (抽取对象数)."""
        certain = len(self.objects) - sum(self.open_by_class.values())
        return certain + sum(self.quota.get(c, 0) for c in RiskClass)

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """What stands on each line, in order."""
        yield {"format": FORMAT}
        for letter in RiskClass:
            yield {"class": letter, "quota": self.quota.get(letter, 0)}
        departments = sorted(self.departments, key=lambda each: each.code)
        for each in departments:
            yield {"department": each.code, "max_load": each.max_load, "officers": each.officers}
        for each in departments:
            for inspector in sorted(each.inspectors):
                yield {"department": each.code, "inspector": inspector}
        for inspector, ref in sorted(self.recusals):
            yield {"inspector": inspector, "recused": ref}
        for one in sorted(self.objects, key=lambda one: one.ref):
            yield {"certain": one.certain, "class": one.risk_class, "object": one.ref}

    @cached_property
    def content(self) -> bytes:
        """The canonical bytes (规范字节)."""
        return b"".join(map(line_of, self.lines()))

    @cached_property
    def snapshot(self) -> str:
        """The snapshot hash (快照哈希)."""
        return sha256(self.content).hexdigest()

    @classmethod
    def of(cls, content: bytes) -> Self:
        """The pool its canonical bytes say. Raises ValueError when they are not such bytes."""
        rows = [json.loads(line) for line in content.split(b"\n")[:-1]]
        inspectors: dict[str, list[str]] = {row["department"]: [] for row in rows if "max_load" in row}
        for row in rows:
            if "inspector" in row and "department" in row:
                inspectors[row["department"]].append(row["inspector"])
        pool = cls(
            quota={RiskClass(row["class"]): row["quota"] for row in rows if "quota" in row},
            departments=tuple(_department(row, inspectors) for row in rows if "max_load" in row),
            objects=tuple(_objects(rows)),
            recusals=frozenset((row["inspector"], row["recused"]) for row in rows if "recused" in row),
        )
        if pool.content != content:
            raise ValueError("these are not the canonical bytes of a pool")
        return pool


def text_of(row: Mapping[str, Any]) -> str:
    """The canonical text of one value (规范文本)."""
    return _ENCODER.encode(row)


def line_of(row: Mapping[str, Any]) -> bytes:
    """One canonical line."""
    return text_of(row).encode() + b"\n"


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _department(row: Mapping[str, Any], inspectors: Mapping[str, list[str]]) -> DrawnDepartment:
    return DrawnDepartment(
        code=row["department"],
        officers=row["officers"],
        max_load=row["max_load"],
        inspectors=tuple(inspectors[row["department"]]),
    )


def _objects(rows: Iterable[Mapping[str, Any]]) -> Iterator[PoolObject]:
    letters = {letter.value: letter for letter in RiskClass}
    for row in rows:
        if "object" in row:
            yield PoolObject(row["object"], letters[row["class"]], row["certain"])
