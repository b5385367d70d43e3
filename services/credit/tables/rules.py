"""Editions of the rules (信用规则版本): of two persons, and whole once they are published."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Table,
    Text,
)

from credit.tables.registry import metadata

rules_edition = Table(
    "rules_edition",
    metadata,
    Column("version", Text, primary_key=True),
    Column("effective_from", Date, nullable=False),
    Column("content", Text, nullable=False, comment="canonical JSON, as told and hashed"),
    Column("digest", Text, nullable=False, comment="SHA-256 of content"),
    Column("state", Text, nullable=False),
    Column("drafted_by", Text, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    Column("submitted_by", Text, nullable=False),
    Column("submitted_at", DateTime(timezone=True)),
    Column("published_by", Text, nullable=False),
    Column("published_at", DateTime(timezone=True)),
    Column("publication", Integer, unique=True, comment="the how manieth published edition this is"),
    CheckConstraint("state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED')", name="rules_edition_state"),
    CheckConstraint(
        "(submitted_by <> '') = (state <> 'DRAFT') AND (submitted_at IS NOT NULL) = (state <> 'DRAFT')",
        name="rules_edition_submitted",
    ),
    CheckConstraint(
        "(published_by <> '') = (state = 'PUBLISHED') AND (published_at IS NOT NULL) = (state = 'PUBLISHED')"
        " AND (publication IS NOT NULL) = (state = 'PUBLISHED')",
        name="rules_edition_published",
    ),
    CheckConstraint(
        "published_by = '' OR published_by NOT IN (drafted_by, submitted_by)", name="rules_edition_two_persons"
    ),
)
