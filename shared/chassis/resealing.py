"""Resealing (换钥重封): what an old key sealed is sealed again with the active one, batch by batch, while work goes on.

A row is only replaced when it is still as it was read, so nothing is locked and a killed run is begun again: what is
done shows in the bytes themselves. When nothing is left with a key, it may leave SHENGUAN_SEALING_KEYS.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from cryptography.exceptions import InvalidTag
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from chassis import dead_letters
from chassis.database import Connection, Pool
from chassis.notices import preferences
from chassis.sealing import MARK, Header, KeyRing, UnknownKeyError
from kernel.sealed import Place

_log = structlog.get_logger(__name__)

BEFORE = "before-key-ids"
"""How the status calls bytes of the time before key ids."""


@dataclass(frozen=True, kw_only=True)
class SealedColumn:
    """密文列. ``key``: the primary key, column → type; ``index``: the column of its blind index, or empty."""

    table: str
    column: str
    key: Mapping[str, str]
    index: str = ""
    where: str = ""
    """SQL that says which rows are sealed; empty: those that are not NULL."""

    @property
    def name(self) -> str:
        """Table and column."""
        return f"{self.table}.{self.column}"

    def place(self, row: Sequence[str]) -> Place:
        """Where the bytes of a row belong."""
        return Place(self.table, self.column, tuple(row))

    def counting(self) -> str:
        """SQL: rows by what their bytes begin with."""
        head = len(MARK) + 2
        known = f"substr({self.column}, 1, {len(MARK)}) = $1 AND length({self.column}) > {head}"
        begins = f"substr({self.column}, 1, {head} + get_byte({self.column}, {head - 1}))"
        return (
            f"SELECT CASE WHEN {known} THEN {begins} ELSE ''::bytea END AS begins, count(*)::int AS rows"  # noqa: S608 - constants of the services
            f" FROM {self.table} WHERE {self._sealed} GROUP BY 1"
        )

    def finding(self) -> str:
        """SQL: the next rows after a key that do not begin as what is sealed now: their keys as text, their bytes."""
        texts, names = ", ".join(f"{name}::text" for name in self.key), ", ".join(self.key)
        after = ", ".join(f"${n}::text::{kind}" for n, kind in enumerate(self.key.values(), start=4))
        return (
            f"SELECT ARRAY[{texts}] AS key, {self.column} AS sealed FROM {self.table} WHERE {self._sealed}"  # noqa: S608 - as above
            f" AND substr({self.column}, 1, length($1::bytea)) <> $1"
            f" AND ($3::boolean OR ({names}) > ({after})) ORDER BY {names} LIMIT $2"
        )

    def replacing(self) -> str:
        """SQL: new bytes for rows that still are as they were read."""
        keys = "".join(f", ${n}::text[]" for n in range(4, 4 + len(self.key)))
        named = "".join(f", k{n}" for n in range(len(self.key)))
        same = " AND ".join(f"t.{name} = n.k{n}::{kind}" for n, (name, kind) in enumerate(self.key.items()))
        index = f", {self.index} = n.index" if self.index else ""
        return (
            f"UPDATE {self.table} AS t SET {self.column} = n.sealed{index}"  # noqa: S608 - as above
            f" FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]{keys}) AS n (old, sealed, index{named})"
            f" WHERE {same} AND t.{self.column} = n.old"
        )

    @property
    def _sealed(self) -> str:
        return self.where or f"{self.column} IS NOT NULL"


OF_EVERY_SERVICE = (
    SealedColumn(table="notice_preference", column="sealed_channels", key={"person": "text"}),
    SealedColumn(
        table="dead_letter",
        column="payload",
        key={"id": "uuid"},
        where=f"substr(payload, 1, {len(MARK)}) = '\\x{MARK.hex()}'::bytea",
    ),
)
"""Sealed columns of the chassis."""
EXPORT_LINES = SealedColumn(table="export_line", column="sealed", key={"batch": "text", "number": "int"})
"""For services that export."""


class ResealForm(BaseModel):
    """重封一批."""

    model_config = ConfigDict(extra="forbid")

    most: int = Field(1000, ge=1, le=10_000, description="每列至多几行 / rows per column")


class Resealing:
    """The sealed columns of one service and how far they are."""

    def __init__(self, pool: Callable[[], Pool], ring: KeyRing, columns: Sequence[SealedColumn]) -> None:
        self._pool = pool
        self._ring = ring
        self._columns = columns
        self._after: dict[str, list[str] | None] = {}
        """Column → the key its last batch ended with; None: from the beginning."""

    async def status(self) -> dict[str, Any]:
        """Rows by column and key, and by key alone; ``left``: not sealed with the active key."""
        columns: list[dict[str, Any]] = []
        keys = dict.fromkeys(self._ring.ids, 0)
        left = 0
        async with self._pool().acquire() as connection:
            for column in self._columns:
                rows: dict[str, int] = {}
                for row in await connection.fetch(column.counting(), MARK):
                    header = Header.of(row["begins"] + b"\x00")
                    key = header.key_id if header else BEFORE
                    rows[key] = rows.get(key, 0) + row["rows"]
                    keys[key] = keys.get(key, 0) + row["rows"]
                    left += row["rows"] if row["begins"] != self._ring.prefix else 0
                columns.append({"column": column.name, "rows": rows})
        return {"active": self._ring.active, "keys": keys, "left": left, "columns": columns}

    async def reseal(self, most: int) -> dict[str, Any]:
        """Seal up to ``most`` rows of every column again, going on after the last; ``done``: every column is through.

        ``unreadable``: rows that do not open; they stay as they are and are named in the log.
        """
        resealed = unreadable = 0
        done = True
        async with self._pool().acquire() as connection:
            for column in self._columns:
                found = await self._found(connection, column, most)
                fresh = [each for row in found if (each := self._again(column, *row)) is not None]
                unreadable += len(found) - len(fresh)
                resealed += await _replaced(connection, column, fresh)
                done = done and len(found) < most
        return {"resealed": resealed, "unreadable": unreadable, "done": done}

    async def _found(self, connection: Connection, column: SealedColumn, most: int) -> list[Any]:
        after = self._after.get(column.name)
        key: Sequence[str | None] = after or [None] * len(column.key)
        rows = await connection.fetch(column.finding(), self._ring.prefix, most, after is None, *key)
        self._after[column.name] = rows[-1]["key"] if len(rows) == most else None
        return list(rows)

    def _again(self, column: SealedColumn, key: Sequence[str], sealed: bytes) -> tuple[Any, ...] | None:
        place = column.place(key)
        try:
            plain = self._ring.open(sealed, place)
        except (InvalidTag, UnknownKeyError):
            _log.error("sealed.unreadable", column=column.name, row=key)
            return None
        return sealed, self._ring.seal(plain, place), self._ring.index(plain.decode()) if column.index else None, *key


def resealing_router(resealing: Resealing) -> APIRouter:
    """How far a rotation is, and its next batch; who asks sees counts and ids of keys, never data or keys."""
    router = APIRouter(prefix="/ops/v1", tags=["operations"])
    router.add_api_route("/sealing", resealing.status, summary="密钥与密文 / rows by sealing key")

    @router.post("/sealing:reseal", summary="换钥重封一批 / seal a batch again with the active key")
    async def reseal(form: ResealForm) -> dict[str, Any]:
        return await resealing.reseal(form.most)

    return router


async def seal_plain(pool: Pool, ring: KeyRing) -> None:
    """What releases before this one kept plain is sealed when the service starts. Idempotent."""
    async with pool.acquire() as connection:
        await preferences.seal_plain(connection, ring)
        await dead_letters.seal_plain(connection, ring)


async def _replaced(connection: Connection, column: SealedColumn, rows: Sequence[Sequence[Any]]) -> int:
    if not rows:
        return 0
    columns = (list(each) for each in zip(*rows, strict=True))
    async with connection.transaction():
        # Where rows are only added, the database lets nothing be changed but sealed bytes, and only by who says so.
        await connection.execute("SELECT set_config('shenguan.resealing', 'on', true)")
        said = await connection.execute(column.replacing(), *columns)
    return int(said.rpartition(" ")[2])
