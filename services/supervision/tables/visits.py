"""Tables of site visits (入企检查): one row per visit, the trace of every change, and what the visits of a year add up to."""

from sqlalchemy import (
    ARRAY,
    Boolean,
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

site_visit = Table(
    "site_visit",
    metadata,
    Column("visit_no", Uuid(as_uuid=False), primary_key=True),
    *texts("number"),
    Column("joint_no", Uuid(as_uuid=False), nullable=False),
    *texts("id_type", "id_no", "subject_kind", "subject_name"),
    *texts("source_system", "object_no", "object_name", "object_address", "region", "department", "level", "kind"),
    Column("planned_on", Date, nullable=False),
    Column("officers", ARRAY(Text), nullable=False),
    Column("certificates", JSONB, nullable=False),
    Column("matters", JSONB, nullable=False),
    *texts("reason", "legal_basis", "exemption", "exemption_document"),
    Column("consumes", Boolean, nullable=False),
    Column("tasks", ARRAY(Text), nullable=False),
    *texts("state"),
    Column("version", Integer, nullable=False),
    *texts("requested_by"),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    *texts("approved_by"),
    *(Column(name, DateTime(timezone=True)) for name in ("approved_at", "announced_at")),
    *texts("code"),
    *(Column(name, DateTime(timezone=True)) for name in ("entered_at", "scanned_at")),
    Column("visited_on", Date),
    Column("inspections", JSONB, nullable=False),
    *texts("ended_by"),
    Column("ended_at", DateTime(timezone=True)),
    *texts("end_reason"),
    Column("unannounced", Boolean, nullable=False),
    Column("over_cap", Boolean, nullable=False),
    Column("recusals", JSONB, nullable=False, server_default=text("'[]'")),
    Column("counted_on", Date, nullable=False),
    Column("remind_on", Date),
    CheckConstraint("(approved_by <> '') = (approved_at IS NOT NULL)", name="site_visit_approved"),
    CheckConstraint("approved_by = '' OR approved_by <> requested_by", name="site_visit_second_person"),
    CheckConstraint("(code <> '') = (announced_at IS NOT NULL)", name="site_visit_announced"),
    Index("site_visit_of_subject", "id_no", "id_type", "counted_on"),
    Index("site_visit_of_department", "department", "visit_no"),
    Index("site_visit_of_object", "object_no", "source_system", "visit_no"),
    Index("site_visit_of_source", "source_system", "visit_no"),
    Index("site_visit_by_day", "planned_on", "visit_no"),
    Index("site_visit_by_state", "state", "visit_no", postgresql_where=text("state <> 'DONE'")),
    Index("site_visit_remind", "remind_on", postgresql_where=text("remind_on IS NOT NULL")),
    Index("site_visit_number", "number", unique=True),
    Index("site_visit_code", "code", unique=True, postgresql_where=text("code <> ''")),
    Index(
        "site_visit_to_come",
        *("object_no", "source_system", "department", "planned_on"),
        unique=True,
        postgresql_where=text("state IN ('REQUESTED', 'APPROVED', 'ANNOUNCED')"),
    ),
)

site_visit_change = Table(
    "site_visit_change",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("visit_no", Uuid(as_uuid=False), nullable=False),
    *texts("act", "by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("before", "after", "reason"),
    Column("unannounced", Boolean, nullable=False),
    Index("site_visit_change_of_visit", "visit_no", "number"),
)

site_visit_rating = Table(
    "site_visit_rating",
    metadata,
    Column("visit_no", Uuid(as_uuid=False), primary_key=True),
    Column("stars", Integer, nullable=False),
    *texts("note"),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint("stars BETWEEN 1 AND 5", name="site_visit_rating_stars"),
)

visit_count = Table(
    "visit_count",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("id_no", "id_type")),
    Column("year", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Text, primary_key=True) for name in ("department", "level")),
    Column("visits", Integer, nullable=False),
)
