"""Rules in PostgreSQL (信用规则版本): their rows, and the cache of those that are applied.

What was published never changes, so a process reads it once; the number of publications tells, once per transaction, whether
there is news. Every unit of work holds the lock of the rules shared, whoever changes an edition holds it alone: nobody
assesses by the rules before a publication and is written after it, when its next day to look was already set.
"""

from collections.abc import Collection
from typing import Any

from chassis.database import Connection
from chassis.loaded import Entries
from chassis.reads import Asking
from credit.domain.rulebook import Rulebook
from credit.domain.rules_edition import EditionState, RulesEdition

RULES = "rules"
SHARED = f"hashtextextended('{RULES}', 0)"
"""The number of the lock of the rules."""
_NEWEST = "SELECT coalesce(max(publication), 0) AS newest FROM rules_edition"
_PUBLISHED = "SELECT * FROM rules_edition WHERE publication IS NOT NULL ORDER BY publication"
_READ = "SELECT * FROM rules_edition WHERE version = ANY($1::text[])"
_KEEP = """
INSERT INTO rules_edition (version, effective_from, content, digest, state, drafted_by, drafted_at, submitted_by,
    submitted_at, published_by, published_at, publication)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    CASE WHEN $5 = 'PUBLISHED' THEN (SELECT coalesce(max(publication), 0) + 1 FROM rules_edition) END)
ON CONFLICT (version) DO UPDATE SET effective_from = excluded.effective_from, content = excluded.content,
    digest = excluded.digest, state = excluded.state, drafted_by = excluded.drafted_by, drafted_at = excluded.drafted_at,
    submitted_by = excluded.submitted_by, submitted_at = excluded.submitted_at, published_by = excluded.published_by,
    published_at = excluded.published_at, publication = excluded.publication
"""
_LIFE = (
    *("version", "content", "drafted_by", "drafted_at", "submitted_by", "submitted_at"),
    *("published_by", "published_at"),
)


class RulebookCache:
    """One per process and database. ``base``: the editions of the rules file, always there."""

    def __init__(self, base: Rulebook) -> None:
        self.base = base
        self._newest = 0
        self._rulebook = base

    async def current(self, reads: Asking) -> Rulebook:
        """The editions this transaction sees."""
        (told,) = await reads.fetch(_NEWEST)
        if told["newest"] != self._newest:
            published = await published_editions(reads)
            self._newest = len(published)
            self._rulebook = self.base.followed_by(edition.rules for edition in published)
        return self._rulebook


class LoadedEditions(Entries[str, RulesEdition]):
    """``ports.Editions`` on one transaction."""

    def get(self, version: str) -> RulesEdition | None:
        """An edition in any state, or None."""
        return self.at(version)

    def save(self, edition: RulesEdition) -> None:
        """Keep a new or changed edition."""
        self.put(edition.version, edition)

    async def read(self, reads: Asking, versions: Collection[str]) -> None:
        """Read these editions; the lock of the rules is held."""
        self.expect(versions)
        for row in await reads.fetch(_READ, list(versions)) if versions else ():
            self.found(row["version"], edition_of(row))

    async def write(self, connection: Connection) -> None:
        """Write what changed."""
        for edition in self.changed.values():
            await connection.execute(_KEEP, *_row(edition))


async def published_editions(reads: Asking) -> list[RulesEdition]:
    """What was published, in the order of publication."""
    return [edition_of(row) for row in await reads.fetch(_PUBLISHED)]


def edition_of(row: Any) -> RulesEdition:
    """An edition with its life."""
    return RulesEdition(state=EditionState(row["state"]), **{name: row[name] for name in _LIFE})


def _row(edition: RulesEdition) -> tuple[Any, ...]:
    return (
        *(edition.version, edition.rules.effective_from, edition.content, edition.digest, edition.state.value),
        *(edition.drafted_by, edition.drafted_at, edition.submitted_by, edition.submitted_at),
        *(edition.published_by, edition.published_at),
    )
