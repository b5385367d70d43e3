"""How the visits to an enterprise are found while the database knows nothing of its tables."""

from pathlib import Path

import pytest

import supervision
from chassis.database import open_pool
from chassis.migrations import migrate
from supervision.store.visits import BRIEFS

pytestmark = pytest.mark.servers


async def test_visits_are_found_enterprise_by_enterprise(database_url: str) -> None:
    await migrate(database_url, Path(supervision.__file__).parent / "migrations")
    pool = await open_pool(database_url)
    async with pool.acquire() as connection:
        await connection.execute(f"PREPARE visits AS {BRIEFS}")
        rows = await connection.fetch("EXPLAIN EXECUTE visits (ARRAY['USCC'], ARRAY['91'], '2025-01-01')")
    await pool.close()
    plan = "\n".join(row[0] for row in rows)
    assert "Index Cond: ((id_no = w.id_no) AND (id_type = w.id_type) AND (counted_on >= $3))" in plan, plan
