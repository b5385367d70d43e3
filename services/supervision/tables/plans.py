"""Tables of annual plans (年度抽查计划): matters, versions of plans, the trace of what was done, who was urged to file."""

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
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata, texts

matter = Table(
    "matter",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("name", "department", "category", "legal_basis", "checklist", "checklist_version"),
    Column("active", Boolean, nullable=False),
    Column("since", Date),
    CheckConstraint("category IN ('GENERAL', 'KEY', 'PUBLIC_SAFETY')", name="matter_category"),
    Index("matter_of_department", "department", "code"),
)

plan_version = Table(
    "plan_version",
    metadata,
    Column("plan_no", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("year", Integer, nullable=False),
    *texts("lead_department"),
    Column("departments", ARRAY(Text), nullable=False),
    *texts("region", "title", "state"),
    Column("content", JSONB, nullable=False),
    *texts("drafted_by"),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    *texts("submitted_by"),
    Column("submitted_at", DateTime(timezone=True)),
    *texts("filed_by"),
    Column("filed_at", DateTime(timezone=True)),
    *texts("filing_no"),
    Column("filed_on", Date),
    CheckConstraint("state IN ('DRAFT', 'SUBMITTED', 'FILED')", name="plan_version_state"),
    CheckConstraint(
        "(state = 'FILED') = (filed_at IS NOT NULL AND filed_on IS NOT NULL AND filing_no <> '')",
        name="plan_version_filed",
    ),
    CheckConstraint("filed_by = '' OR filed_by NOT IN (drafted_by, submitted_by)", name="plan_version_second_person"),
    Index("plan_version_open_once", "plan_no", unique=True, postgresql_where=text("state <> 'FILED'")),
    Index("plan_version_of_year", "year", "plan_no", "version"),
)

plan_change = Table(
    "plan_change",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    *texts("plan_no"),
    Column("version", Integer, nullable=False),
    *texts("act", "by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("reason"),
    Index("plan_change_of_plan", "plan_no", "number"),
)

plan_urging = Table(
    "plan_urging",
    metadata,
    Column("department", Text, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("step", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)
