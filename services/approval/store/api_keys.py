"""API keys (接口密钥) in PostgreSQL: what every service keeps, and beside it who made and who revoked a key."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from approval import outgoing
from approval.domain.api_key import ApiKey, KeyGrant, RevokeKey
from chassis.keys.held import HeldKeys
from chassis.transaction import Transaction
from contracts.event import Event
from kernel.clock import china_day

_FIND = "SELECT * FROM api_key JOIN api_key_record USING (key_id) WHERE key_id = ANY($1)"
_KEEP = """
INSERT INTO api_key_record (key_id, name, made_by, made_at, revoked_by, revoked_at, revoked_why)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key_id) DO UPDATE SET revoked_by = excluded.revoked_by, revoked_at = excluded.revoked_at,
       revoked_why = excluded.revoked_why
"""


class SqlKeys:
    """``handlers.KeyWork`` inside the transaction it is given."""

    def __init__(self, tx: Transaction, region: str) -> None:
        self._tx = tx
        self.region = region
        self.now = tx.now
        self.day = china_day(datetime.now(UTC))
        self._held = HeldKeys(tx)
        self._keys: dict[str, ApiKey] = {}
        self._changed: dict[str, ApiKey] = {}

    async def load(self, messages: Sequence[Any]) -> None:
        """Lock and read the keys of the messages."""
        ids = sorted({message.key_id for message in messages if isinstance(message, RevokeKey)})
        await self._tx.lock([f"apikey:{key_id}" for key_id in ids])
        if ids:
            self._keys = {row["key_id"]: key_of(row) for row in await self._tx.connection.fetch(_FIND, ids)}

    async def flush(self) -> None:
        """Write what changed."""
        for key in self._changed.values():
            self._held.keep(outgoing.key_told(key, self.region))
        self._held.write()
        for key in self._changed.values():
            told = (key.made_by, key.made_at, key.revoked_by, key.revoked_at, key.revoked_why)
            self._tx.writes.put(_KEEP, key.key_id, key.grant.name, *told)

    def key(self, key_id: str) -> ApiKey | None:
        """The key, or None."""
        return self._keys.get(key_id)

    def keep(self, key: ApiKey) -> None:
        """Keep a new or revoked one."""
        self._keys[key.key_id] = self._changed[key.key_id] = key

    def publish(self, event: Event) -> None:
        """Tell the others when this commits."""
        self._tx.publish(event)


def key_of(row: Any) -> ApiKey:
    """A key as it was kept."""
    lists = {name: tuple(row[name]) for name in ("scopes", "source_systems", "regions", "departments")}
    return ApiKey(
        key_id=row["key_id"],
        digest=row["digest"],
        grant=KeyGrant(name=row["name"], expires_on=row["expires_on"], **lists),
        made_by=row["made_by"],
        made_at=row["made_at"],
        revoked_by=row["revoked_by"],
        revoked_at=row["revoked_at"],
        revoked_why=row["revoked_why"],
    )
