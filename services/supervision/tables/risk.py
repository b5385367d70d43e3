"""Tables of the risk class (风险分级): one row per object, overrides ordered by people, and the trace of every change."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata, texts

_CLASS = "('A', 'B', 'C', 'D')"

object_risk = Table(
    "object_risk",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("object_no", Text, primary_key=True),
    Column("items", ARRAY(Text), nullable=False),
    *texts("risk_class", "item_risk", "grade"),
    Column("override_id", Uuid(as_uuid=False)),
    Column("reasons", JSONB, nullable=False),
    *texts("table_version", "basis"),
    Column("version", Integer, nullable=False),
    Column("review_on", Date),
    Column("since", DateTime(timezone=True)),
    CheckConstraint(f"risk_class = '' OR risk_class IN {_CLASS}", name="object_risk_class"),
    CheckConstraint("(risk_class = '') = (since IS NULL)", name="object_risk_since"),
    Index("object_risk_by_class", "risk_class", "source_system", "object_no"),
    Index("object_risk_items", "items", postgresql_using="gin"),
    Index("object_risk_basis", "basis"),
    Index("object_risk_review", "review_on", postgresql_where=text("review_on IS NOT NULL")),
)

risk_override = Table(
    "risk_override",
    metadata,
    Column("override_id", Uuid(as_uuid=False), primary_key=True),
    *texts("source_system", "object_no", "risk_class", "by_table", "reason", "legal_basis"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    *texts("ordered_by"),
    Column("ordered_at", DateTime(timezone=True), nullable=False),
    *texts("confirmed_by"),
    Column("confirmed_at", DateTime(timezone=True)),
    *texts("ended_by"),
    Column("ended_at", DateTime(timezone=True)),
    *texts("end_reason"),
    CheckConstraint(f"risk_class IN {_CLASS} AND by_table IN {_CLASS}", name="risk_override_class"),
    CheckConstraint("valid_to >= valid_from", name="risk_override_term"),
    CheckConstraint("(confirmed_by <> '') = (confirmed_at IS NOT NULL)", name="risk_override_confirmed"),
    CheckConstraint("confirmed_by <> ordered_by", name="risk_override_second_person"),
    CheckConstraint("(ended_by <> '') = (ended_at IS NOT NULL)", name="risk_override_ended"),
    Index("risk_override_of_object", "object_no", "source_system", "override_id"),
    Index(
        "risk_override_open_once",
        *("object_no", "source_system"),
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
)

risk_change = Table(
    "risk_change",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    *texts("source_system", "object_no", "act", "cause", "by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("reason", "previous", "risk_class"),
    Column("override_id", Uuid(as_uuid=False)),
    *texts("grade", "item_risk", "table_version"),
    Index("risk_change_of_object", "object_no", "source_system", "number"),
)
