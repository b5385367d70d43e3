"""Rows by the ten thousand (成批测试数据): what a table looks like after years, one common value and many rare ones a column."""

from collections.abc import Iterable

import asyncpg

from chassis.database import Connection
from chassis.partitions import ensure_partitions

Columns = dict[str, str]
Tables = dict[str, Columns]
ROWS = 30_000
COMMON, RARE = "COMMON", "R7"
"""What half of the rows say, and what a handful says."""
_COLUMNS = """
SELECT column_name AS name, data_type AS kind FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND is_identity = 'NO'
   AND is_generated = 'NEVER' ORDER BY ordinal_position
"""
_CHECKS = "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype IN ('c', 'f')"
_HALF = "CASE WHEN g % 2 = 0 THEN 'COMMON' ELSE 'R' || g % 5000 END"
_ID = "('019b0000-' || lpad(to_hex(g >> 16), 4, '0') || '-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid"
_MOMENT = "clock_timestamp() - make_interval(secs => ({rows} - g) * 20)"
_BY_KIND = {
    "text": "'X' || g",
    "integer": "1",
    "bigint": "g",
    "smallint": "1",
    "numeric": "0",
    "boolean": "g % 50 = 0",
    "date": "DATE '2025-01-01' + g / 50",
    "timestamp with time zone": _MOMENT,
    "jsonb": "'[]'",
    "json": "'{}'",
    "uuid": _ID,
    "bytea": "''",
    "ARRAY": "'{}'",
}
_BY_COLUMN = {
    **dict.fromkeys(
        ("source_system", "department", "item_code", "principal", "by", "disclosed_by", "person", "inspector"), _HALF
    ),
    **dict.fromkeys(("plan_no", "task_id", "object_no", "case_id", "id_no", "subject_name", "name"), "'R' || g / 2"),
    "id_type": "'001'",
    "subject_kind": "'ORGANISATION'",
    "region": "'640202'",
    "revision": "g",
    "object_version": "g",
    "version": "g",
    "number": "g",
}
"""Column → what a row says there, wherever the table does not say otherwise; ``g`` counts the rows from 1."""


async def fill(connection: Connection, table: str, own: Columns, rows: int) -> None:
    """``rows`` rows of a table; ``own``: column → expression. Checks and foreign keys of the table are dropped before."""
    for found in await connection.fetch(_CHECKS, table):
        await connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{found["conname"]}" CASCADE')
    columns = {row["name"]: row["kind"] for row in await connection.fetch(_COLUMNS, table)}
    said = {name: own.get(name) or _said(name, kind) for name, kind in columns.items()}
    said |= {name: expression for name, expression in own.items() if name not in said}
    names, values = ", ".join(f'"{name}"' for name in said), ", ".join(said.values()).replace("{rows}", str(rows))
    try:
        await connection.execute(f'INSERT INTO "{table}" ({names}) SELECT {values} FROM generate_series(1, {rows}) g')  # noqa: S608 - names of the catalogue
    except asyncpg.PostgresError as fault:
        raise AssertionError(f"{table}: {fault}") from fault


def _said(name: str, kind: str) -> str:
    return _BY_COLUMN[name] if kind in {"text", "integer"} and name in _BY_COLUMN else _BY_KIND[kind]


async def fill_all(connection: Connection, growing: Tables, small: Tables) -> None:
    """Every table, and what the planner needs to know of it."""
    await ensure_partitions(connection)
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("SET session_replication_role = replica")
    for table, own in growing.items():
        await fill(connection, table, own, ROWS)
    for table, own in small.items():
        await fill(connection, table, own, 10)
    await connection.execute("VACUUM ANALYZE")


def weighted(common: str, *others: str) -> str:
    """An enumeration: nearly every row says ``common``, every other value a few."""
    cases = " ".join(f"WHEN {place} THEN '{other}'" for place, other in enumerate(others))
    return f"CASE g % 200 {cases} ELSE '{common}' END" if others else f"'{common}'"


def spread(values: Iterable[str]) -> str:
    """An enumeration whose values are about as frequent as each other."""
    named = ", ".join(f"'{value}'" for value in values)
    return f"(ARRAY[{named}])[1 + g % cardinality(ARRAY[{named}])]"
