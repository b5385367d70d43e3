"""Held keys (留存的密钥): what a service knows of the API keys, kept as approval tells it, the newest version of each."""

from typing import Any

from chassis.setwise import transposed
from chassis.transaction import Transaction
from contracts.apikey import ApiKeyChanged

_COLUMNS = "key_id, version, digest, scopes, source_systems, regions, departments, expires_on, revoked"
_KEEP = f"""
INSERT INTO api_key ({_COLUMNS})
SELECT key_id, version, digest, string_to_array(scopes, E'\\n'), string_to_array(source_systems, ','),
       string_to_array(regions, ','), string_to_array(departments, ','), expires_on, revoked
  FROM unnest($1::text[], $2::int[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[],
              $9::boolean[]) AS new ({_COLUMNS})
ON CONFLICT (key_id) DO UPDATE SET version = excluded.version, revoked = excluded.revoked
 WHERE api_key.version < excluded.version
"""  # noqa: S608 - constants


class HeldKeys:
    """The keys as one transaction changes them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._told: dict[str, ApiKeyChanged] = {}

    def keep(self, told: ApiKeyChanged) -> None:
        """Keep a key, unless the same or a newer version of it is kept."""
        known = self._told.get(told.key_id)
        if known is None or known.version < told.version:
            self._told[told.key_id] = told

    def write(self) -> None:
        """Write what was told."""
        if self._told:
            rows = sorted(map(_row, self._told.values()))
            self._tx.writes.put(_KEEP, *transposed(rows))


def _row(told: ApiKeyChanged) -> tuple[Any, ...]:
    lists = ("\n".join(told.scopes), ",".join(told.source_systems), ",".join(told.regions), ",".join(told.departments))
    return (told.key_id, told.version, bytes.fromhex(told.digest), *lists, told.expires_on, told.revoked)
