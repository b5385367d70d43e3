"""Rows for judging by (测试数据): an object of each kind, with a department or a holder and nothing else that matters."""

from typing import Any

import asyncpg

from tests.integration.access.model import ME, MINE, THEIRS

_DUMMIES = {
    "text": "'X' || gen_random_uuid()",
    "integer": "0",
    "bigint": "0",
    "smallint": "0",
    "numeric": "0",
    "boolean": "false",
    "date": "DATE '2000-01-01'",
    "timestamp with time zone": "TIMESTAMPTZ '2000-01-01'",
    "jsonb": "'[]'",
    "uuid": "gen_random_uuid()",
    "bytea": "''",
    "ARRAY": "'{}'",
}
_COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND is_nullable = 'NO' AND column_default IS NULL
  AND is_identity = 'NO' AND is_generated = 'NEVER'
"""
_CONSTRAINTS = """
SELECT conname FROM pg_constraint WHERE conrelid = CAST($1 AS regclass) AND contype IN ('c', 'f', 'u') ORDER BY contype DESC
"""
_OF = {MINE: "FOOD", THEIRS: "FIRE"}


async def plant(connection: "asyncpg.Connection[Any]", table: str, **values: Any) -> None:
    """One row; what is not given is filled with anything of its type, whatever the checks of the table say."""
    for found in await connection.fetch(_CONSTRAINTS, table):
        await connection.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{found["conname"]}"')
    needed = {row["column_name"]: row["data_type"] for row in await connection.fetch(_COLUMNS, table)}
    filled = {name: _DUMMIES[kind] for name, kind in needed.items() if name not in values}
    given = {name: f"${number}" for number, name in enumerate(values, 1)}
    columns, places = ", ".join(f'"{name}"' for name in given | filled), ", ".join((given | filled).values())
    await connection.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', *values.values())  # noqa: S608 - names of the catalogue


async def approval(connection: "asyncpg.Connection[Any]") -> None:
    for key, department in _OF.items():
        await plant(connection, "item", item_code=key, department=department)
        await plant(connection, "decision", source_system="matrix", case_id=key, item_code=key)
        await plant(connection, "feedback", feedback_id=key, source_system="matrix", case_id=key)


async def supervision(connection: "asyncpg.Connection[Any]") -> None:
    for key, department in _OF.items():
        await plant(connection, "task", task_id=key, department=department)
        await plant(connection, "inspector", code=key, department=department)
        await plant(connection, "inspector_conflict", conflict_id=key, inspector=key)
        await plant(connection, "site_visit", visit_no=key, department=department)
        await plant(connection, "publication", publication_no=key, department=department)
        await plant(connection, "complaint", complaint_id=key, department=department)
        await plant(connection, "plan_version", plan_no=key, lead_department=department, departments=[department])
        await plant(connection, "draw", draw_no=key, departments=[department])


async def credit(connection: "asyncpg.Connection[Any]") -> None:
    for key, holder in {MINE: ME, THEIRS: "MATRIX-2"}.items():
        await plant(connection, "credit_record", record_id=key, id_type="001", id_no=holder)
        await plant(connection, "repair", repair_id=key, record_id=key)
        await plant(connection, "objection", objection_id=key, record_id=key)


PLANTED = {"approval": approval, "supervision": supervision, "credit": credit}
