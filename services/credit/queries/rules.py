"""Editions of the rules (信用规则版本) that were drafted here."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from credit.tables import rules_edition

_LIFE = [
    rules_edition.c[name]
    for name in (
        *("version", "effective_from", "digest", "state", "drafted_by", "drafted_at", "submitted_by", "submitted_at"),
        *("published_by", "published_at"),
    )
]


async def rules_editions(connection: AsyncConnection) -> list[dict[str, Any]]:
    """The life of every edition, those published first, in the order of publication."""
    wanted = select(*_LIFE).order_by(rules_edition.c.publication.nulls_last(), rules_edition.c.version)
    return [dict(row._mapping) for row in await connection.execute(wanted)]  # noqa: SLF001 - SQLAlchemy's public name for it


async def rules_edition_of(connection: AsyncConnection, version: str) -> dict[str, Any] | None:
    """One edition with its life and its canonical text, or None."""
    wanted = select(*_LIFE, rules_edition.c.content).where(rules_edition.c.version == version)
    found = (await connection.execute(wanted)).first()
    return dict(found._mapping) if found else None  # noqa: SLF001 - as above
