"""Unproved rows (未上链的行): rows under the chain that no audit entry vouches for."""

from chassis.database import Connection
from contracts.proved import Proved


async def unproved(connection: Connection, proved: Proved, limit: int) -> list[str]:
    """What these rows are called, at most ``limit`` of them."""
    rows = await connection.fetch(f"SELECT ref {_from(proved)} ORDER BY ref LIMIT $1", limit)
    return [row["ref"] for row in rows]


async def count_unproved(connection: Connection, proved: Proved) -> int:
    """How many there are."""
    return int(await connection.fetchval(f"SELECT count(*) {_from(proved)}"))


def _from(proved: Proved) -> str:
    key = " || '/' || ".join(f"{name}::text" for name in proved.key)
    return (
        f"FROM (SELECT '{proved.table}/' || {key} AS ref FROM {proved.table} WHERE {proved.when}) AS kept WHERE NOT EXISTS "  # noqa: S608 - constants of the contracts
        "(SELECT FROM (SELECT unnest(refs) AS ref FROM audit_entry) AS vouched WHERE vouched.ref = kept.ref)"
    )
