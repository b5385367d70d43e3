"""Catalogue cache (目录缓存): the catalogue is small and its versions never change, so a process reads each once.

Versions are numbered without gaps under a lock; the highest number tells, per transaction, whether another process
has added one since.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chassis.database import Connection
from supervision.domain.catalogue import Catalogue, CatalogueVersion

_NEWEST = "SELECT coalesce(max(sequence), 0) FROM catalogue_version"
_ALL = "SELECT content FROM catalogue_version WHERE sequence <= $1 ORDER BY sequence"
_ADD = """
INSERT INTO catalogue_version (version, sequence, effective_from, effective_to, content, loaded_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6)
"""

_decoder = msgspec.json.Decoder(CatalogueVersion)
_encode = msgspec.json.Encoder(order="sorted").encode


class CatalogueCache:
    """One per process and database."""

    def __init__(self) -> None:
        self._newest = 0
        self._catalogue = Catalogue()

    async def current(self, connection: Connection) -> Catalogue:
        """Every version this transaction sees."""
        newest = await connection.fetchval(_NEWEST)
        if newest != self._newest:
            rows = await connection.fetch(_ALL, newest)
            self._catalogue = Catalogue(tuple(_decoder.decode(row["content"]) for row in rows))
            self._newest = newest
        return self._catalogue


async def add(connection: Connection, versions: Sequence[CatalogueVersion], now: datetime) -> None:
    """Write new versions; the caller holds the ``catalogue`` lock."""
    newest = await connection.fetchval(_NEWEST) if versions else 0
    for sequence, version in enumerate(versions, start=newest + 1):
        content = _encode(version).decode()
        period = (version.effective_from, version.effective_to)
        await connection.execute(_ADD, version.version, sequence, *period, content, now)
