"""Tables of the watch (预警): what the rules count, what they raised, and visits of enterprises."""

from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata

alert_tally = Table(
    "alert_tally",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("key", "rule", "period")),
    Column("facts", JSONB, nullable=False),
    Column("raised", Integer, nullable=False),
    Column("grace_until", Date),
)

alert = Table(
    "alert",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("key", "rule", "period")),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("facts", JSONB, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Index("alert_by_rule", "rule", "key", "period", "number"),
)

subject_visit = Table(
    "subject_visit",
    metadata,
    Column("id_no", Text, primary_key=True),
    Column("id_type", Text, primary_key=True),
    Column("visited_on", Date, primary_key=True),
)
