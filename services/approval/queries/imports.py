"""Import batches (导入批次) as they are shown: figures and people; the rows of a file only where its uploader asks."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SHOWN = """batch, by, name, sha256, rows, uploaded_at, state, columns, fixed, existing, taken, written, duplicates,
       refused_rows, ended_at, undone_by, undone_at, undone_why, undone"""
_LIST = text(f"SELECT {_SHOWN} FROM import_batch WHERE batch < :before ORDER BY batch DESC LIMIT :limit")  # noqa: S608 - constants
_ONE = text(f"""
SELECT {_SHOWN}, refused, (SELECT sealed FROM import_content c WHERE c.batch = b.batch) AS sealed
  FROM import_batch b WHERE batch = :batch
""")  # noqa: S608 - as above
_SAME = text("""
SELECT batch, by, uploaded_at, written FROM import_batch
 WHERE sha256 = :sha256 AND batch < :batch AND state IN ('RUNNING', 'DONE') ORDER BY batch DESC LIMIT 5
""")
_LAST = "~"
"""Behind every id."""


async def import_batches(connection: AsyncConnection, before: str | None, limit: int) -> list[dict[str, Any]]:
    """Batches, newest first, only those before ``before``."""
    found = await connection.execute(_LIST, {"before": before or _LAST, "limit": limit})
    return [dict(row) for row in found.mappings()]


async def import_batch(connection: AsyncConnection, batch: str) -> dict[str, Any] | None:
    """One batch with its faulty rows (``refused``) and its sealed file (None once it is gone), or None."""
    row = (await connection.execute(_ONE, {"batch": batch})).mappings().first()
    return dict(row) if row else None


async def same_file(connection: AsyncConnection, batch: str, sha256: str) -> list[dict[str, Any]]:
    """Earlier imports of the very same file that stand, newest first, five at most."""
    found = await connection.execute(_SAME, {"batch": batch, "sha256": sha256})
    return [dict(row) for row in found.mappings()]
