"""Tables (数据表) of credit as SQLAlchemy Core: for queries, and for the reader. Migrations make them.

The checks say what may never be: a grade without an assessment, an assessment without a number.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

subject = Table(
    "subject",
    metadata,
    Column("id_type", Text, primary_key=True),
    Column("id_no", Text, primary_key=True, comment="for a natural person the keyed reference, never the number"),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source_system", Text, nullable=False, comment="of the first inspection seen"),
    Column("region", Text, nullable=False),
    Column("named_on", Date, nullable=False),
    Column("version", Integer, nullable=False, comment="announced assessments"),
    Column("grade", Text),
    Column("score", Integer),
    Column("scorecard", Text),
    Column("assessed_on", Date),
    Column("reasons", JSONB, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="subject_grade"),
    CheckConstraint(
        "num_nulls(grade, score, scorecard, assessed_on) = CASE WHEN version = 0 THEN 4 ELSE 0 END",
        name="subject_assessed_or_not",
    ),
    CheckConstraint("version >= 0", name="subject_version"),
    Index("subject_by_grade", "grade", "id_type", "id_no"),
    Index("subject_by_source", "source_system"),
)

credit_record = Table(
    "credit_record",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column(
        "seq", BigInteger, Identity(always=True), unique=True, nullable=False, comment="order of arrival, for pages"
    ),
    Column("id_type", Text, nullable=False),
    Column("id_no", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("inspection_no", Text, nullable=False),
    Column("record_class", Text, nullable=False),
    Column("rule", Text, nullable=False, comment="code of the classification rule"),
    Column("occurred_on", Date, nullable=False),
    Column("region", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("object_no", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    ForeignKeyConstraint(["id_type", "id_no"], ["subject.id_type", "subject.id_no"]),
    UniqueConstraint("source_system", "inspection_no", name="credit_record_natural_key"),
    CheckConstraint("record_class IN ('MINOR', 'GENERAL', 'SERIOUS')", name="credit_record_class"),
    Index("credit_record_of_subject", "id_type", "id_no", "occurred_on"),
)
