"""Tables of the catalogue (审管联动事项目录清单): one row per version, its content as one document."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata, texts

catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("content", JSONB, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    *texts("state", "drafted_by", "submitted_by"),
    Column("submitted_at", DateTime(timezone=True)),
    *texts("published_by"),
    Column("published_at", DateTime(timezone=True)),
    Column("publication", Integer),
    *texts("retired_by"),
    Column("retired_at", DateTime(timezone=True)),
    Column("retired_on", Date),
    UniqueConstraint("sequence", name="catalogue_version_sequence"),
    UniqueConstraint("publication", name="catalogue_version_publication"),
    CheckConstraint("effective_to > effective_from", name="catalogue_version_period"),
    CheckConstraint("state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'RETIRED')", name="catalogue_version_state"),
    CheckConstraint(
        "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))"
        " AND (publication IS NOT NULL) = (published_at IS NOT NULL)",
        name="catalogue_version_published",
    ),
    CheckConstraint(
        "(retired_at IS NOT NULL) = (state = 'RETIRED') AND (retired_on IS NOT NULL) = (state = 'RETIRED')",
        name="catalogue_version_retired",
    ),
    CheckConstraint(
        "published_by = '' OR published_by NOT IN (drafted_by, submitted_by)", name="catalogue_version_two_persons"
    ),
)
