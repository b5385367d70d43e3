"""Role grants (角色授权) as they are shown, in the order they were made."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_GRANTS = text("""
SELECT * FROM role_grant WHERE grant_id > :after AND (:person = '' OR person = :person) ORDER BY grant_id LIMIT :limit
""")


async def role_grants(connection: AsyncConnection, person: str, after: str, limit: int) -> list[dict[str, Any]]:
    """Grants of a person or of all, from the one after ``after``."""
    found = await connection.execute(_GRANTS, {"person": person, "after": after, "limit": limit})
    return [dict(row) for row in found.mappings()]
