"""Catalogue versions (目录版本): their rows, and the cache of the published ones.

Every change of any version takes the next ``sequence`` under a lock; the highest number tells, per transaction, whether
another process has changed something since. What was published never changes, so a process reads it once.
"""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from chassis.database import Connection
from chassis.reads import Asking
from supervision.domain.catalogue import Catalogue, CatalogueVersion, Conditions, VersionRecord, VersionState
from supervision.domain.catalogue.document import version_document, version_of

_NEWEST = "SELECT coalesce(max(sequence), 0) AS newest FROM catalogue_version"
_PUBLISHED = """
SELECT version, state, drafted_by, drafted_at, submitted_by, submitted_at, published_by, published_at, retired_by,
    retired_at, retired_on, (SELECT max(sequence) FROM catalogue_version) AS newest
FROM catalogue_version WHERE publication IS NOT NULL ORDER BY publication
"""
_CONTENTS = "SELECT version, content FROM catalogue_version WHERE version = ANY ($1::text[])"
_RECORDS = "SELECT * FROM catalogue_version WHERE version = ANY ($1::text[])"
_NEXT = """
SELECT coalesce(max(sequence), 0) AS sequence, coalesce(max(publication), 0) AS publication FROM catalogue_version
"""
_KEEP = """
INSERT INTO catalogue_version (version, sequence, effective_from, effective_to, content, state, drafted_by, drafted_at,
    submitted_by, submitted_at, published_by, published_at, publication, retired_by, retired_at, retired_on)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (version) DO UPDATE SET sequence = excluded.sequence, effective_from = excluded.effective_from,
    effective_to = excluded.effective_to, content = excluded.content, state = excluded.state,
    drafted_by = excluded.drafted_by, drafted_at = excluded.drafted_at, submitted_by = excluded.submitted_by,
    submitted_at = excluded.submitted_at, published_by = excluded.published_by, published_at = excluded.published_at,
    publication = coalesce(catalogue_version.publication, excluded.publication), retired_by = excluded.retired_by,
    retired_at = excluded.retired_at, retired_on = excluded.retired_on
"""
_LIFE = (
    *("drafted_by", "drafted_at", "submitted_by", "submitted_at", "published_by", "published_at"),
    *("retired_by", "retired_at", "retired_on"),
)


class CatalogueCache:
    """One per process and database."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self._newest = 0
        self._catalogue = Catalogue(conditions=conditions)
        self._contents: dict[str, CatalogueVersion] = {}

    async def current(self, reads: Asking) -> Catalogue:
        """Every published version this transaction sees."""
        (told,) = await reads.fetch(_NEWEST)
        if told["newest"] != self._newest:
            rows = await reads.fetch(_PUBLISHED)
            await self._read_contents(reads, [row["version"] for row in rows])
            found = [_record(row, self._contents[row["version"]]).matching for row in rows]
            self._catalogue = Catalogue(tuple(version for version in found if version), self.conditions)
            self._newest = rows[0]["newest"] if rows else told["newest"]
        return self._catalogue

    async def _read_contents(self, reads: Asking, names: Sequence[str]) -> None:
        missing = [name for name in names if name not in self._contents]
        for row in await reads.fetch(_CONTENTS, missing) if missing else ():
            self._contents[row["version"]] = _content(row)


async def records(reads: Asking, versions: Collection[str]) -> list[VersionRecord]:
    """The records of these versions, whatever their state."""
    rows = await reads.fetch(_RECORDS, list(versions)) if versions else ()
    return [_record(row, _content(row)) for row in rows]


async def keep(connection: Connection, changed: Sequence[VersionRecord]) -> None:
    """Write new and changed versions; the caller holds the ``catalogue`` lock."""
    if not changed:
        return
    ((sequence, publication),) = await connection.fetch(_NEXT)
    for record in changed:
        sequence += 1
        publication += record.published_at is not None
        await connection.execute(_KEEP, *_row(record, sequence, publication))


def _row(record: VersionRecord, sequence: int, publication: int) -> tuple[Any, ...]:
    content = record.content
    return (
        *(content.version, sequence, content.effective_from, content.effective_to),
        *(msgspec.json.encode(version_document(content)).decode(), record.state.value),
        *(record.drafted_by, record.drafted_at, record.submitted_by, record.submitted_at),
        *(record.published_by, record.published_at, publication if record.published_at else None),
        *(record.retired_by, record.retired_at, record.retired_on),
    )


def _record(row: Any, content: CatalogueVersion) -> VersionRecord:
    return VersionRecord(content=content, state=VersionState(row["state"]), **{name: row[name] for name in _LIFE})


def _content(row: Any) -> CatalogueVersion:
    return version_of(msgspec.json.decode(row["content"]))
