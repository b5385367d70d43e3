"""How rows are found while the planner knows nothing, or something old, of a table: key by key."""

from pathlib import Path

import pytest

import supervision
from chassis.database import open_pool
from chassis.migrations import migrate
from supervision.store import visits, work

pytestmark = pytest.mark.servers
BRIEFS = (visits.BRIEFS, "ARRAY['USCC'], ARRAY['91'], '2025-01-01'")
OPEN_TASKS = (work._OPEN_TASKS, "ARRAY['640202'], ARRAY['1']")
CASE_TASKS = (work._CASE_TASKS, "ARRAY['640202'], ARRAY['1']")


@pytest.mark.parametrize(
    ("looked_up", "found"),
    [
        (BRIEFS, "Index Cond: ((id_no = w.id_no) AND (id_type = w.id_type) AND (counted_on >= $3))"),
        (OPEN_TASKS, "Index Cond: ((object_no = new.object_no) AND (source_system = new.source_system))"),
        (CASE_TASKS, "Index Cond: ((case_id = new.case_id) AND (source_system = new.source_system))"),
    ],
    ids=["visits of an enterprise", "open tasks of an object", "tasks of a case"],
)
async def test_rows_are_found_key_by_key(looked_up: tuple[str, str], found: str, database_url: str) -> None:
    await migrate(database_url, Path(supervision.__file__).parent / "migrations")
    statement, asked = looked_up
    pool = await open_pool(database_url)
    async with pool.acquire() as connection:
        await connection.execute(f"PREPARE looked_up AS {statement}")
        rows = await connection.fetch(f"EXPLAIN EXECUTE looked_up ({asked})")
    await pool.close()
    plan = "\n".join(row[0] for row in rows)
    assert found in plan, plan
