"""API keys (接口密钥) as they are shown: what each opens, who is responsible, and when it was last used here."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_KEYS = text("""
SELECT k.key_id, r.name, k.scopes, k.source_systems, k.regions, k.departments, k.expires_on, r.made_by, r.made_at,
       k.revoked, r.revoked_by, r.revoked_at, r.revoked_why,
       (SELECT max(used_on) FROM api_key_use u WHERE u.key_id = k.key_id) AS last_used_on
  FROM api_key k JOIN api_key_record r USING (key_id) WHERE k.key_id > :after ORDER BY k.key_id LIMIT :limit
""")


async def api_keys(connection: AsyncConnection, after: str, limit: int) -> list[dict[str, Any]]:
    """Keys in the order of their ids, from the one after ``after``."""
    found = await connection.execute(_KEYS, {"after": after, "limit": limit})
    return [dict(row) for row in found.mappings()]
