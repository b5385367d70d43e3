"""Subjects, their identities and records (信用主体、身份、信用记录).

The checks say what may never be: half an assessment, a record that ended without a day.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from credit.tables.registry import metadata

subject = Table(
    "subject",
    metadata,
    Column("id_type", Text, primary_key=True),
    Column("id_no", Text, primary_key=True, comment="for a natural person the keyed reference, never the number"),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("source_system", Text, nullable=False, comment="of the first mention"),
    Column("region", Text, nullable=False),
    Column("named_on", Date, nullable=False),
    Column("version", Integer, nullable=False, comment="announced assessments"),
    Column("grade", Text),
    Column("score", Integer),
    Column("scorecard", Text),
    Column("assessed_on", Date),
    Column("reasons", JSONB, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("merged_type", Text, comment="the identity this one was merged into"),
    Column("merged_no", Text),
    Column("identity_version", Integer, nullable=False, server_default=text("0"), comment="mergers and splits"),
    Column("due_on", Date, comment="the first day on which something may end or change by itself"),
    CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="subject_grade"),
    CheckConstraint(
        "num_nulls(grade, score, scorecard, assessed_on) = CASE WHEN version = 0 THEN 4 ELSE 0 END",
        name="subject_assessed_or_not",
    ),
    CheckConstraint("version >= 0", name="subject_version"),
    CheckConstraint("(merged_type IS NULL) = (merged_no IS NULL)", name="subject_merged"),
    CheckConstraint("merged_type IS NULL OR due_on IS NULL", name="subject_due_at_root"),
    Index("subject_by_grade", "grade", "id_type", "id_no"),
    Index("subject_by_source", "source_system"),
    Index("subject_by_name", "name", postgresql_using="hash"),
    Index("subject_merged_into", "merged_type", "merged_no", postgresql_where=text("merged_type IS NOT NULL")),
    Index("subject_due", "due_on", postgresql_where=text("due_on IS NOT NULL")),
)

subject_change = Table(
    "subject_change",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("id_type", Text, nullable=False),
    Column("id_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    CheckConstraint("kind IN ('REGISTERED', 'RENAMED', 'MERGED', 'SPLIT')", name="subject_change_kind"),
    Index("subject_change_of", "id_type", "id_no"),
)

object_holder = Table(
    "object_holder",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("object_no", Text, primary_key=True),
    Column("id_type", Text, nullable=False),
    Column("id_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("named_on", Date, nullable=False),
    Column("object_version", Integer, nullable=False, comment="of the decision that says so"),
)

credit_record = Table(
    "credit_record",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column(
        "seq", BigInteger, Identity(always=True), unique=True, nullable=False, comment="order of arrival, for pages"
    ),
    Column("id_type", Text, nullable=False, comment="as the source named the subject"),
    Column("id_no", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("inspection_no", Text, nullable=False, comment="of the inspection behind it; empty = none"),
    Column("record_class", Text, nullable=False),
    Column("rule", Text, nullable=False, comment="code of the classification rule"),
    Column("occurred_on", Date, nullable=False),
    Column("region", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("object_no", Text, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False, comment="with source and kind the natural key"),
    Column("document_no", Text, nullable=False),
    Column("document_on", Date, comment="the periods begin here, else on occurred_on"),
    Column("item_code", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("min_until", Date, comment="last day of the shortest period"),
    Column("max_until", Date, comment="last day of the longest period"),
    Column("repairable", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_on", Date, comment="the first day on which it is not used"),
    Column("marks", JSONB, nullable=False, comment="objections, pending and past"),
    ForeignKeyConstraint(["id_type", "id_no"], ["subject.id_type", "subject.id_no"]),
    CheckConstraint("record_class IN ('MINOR', 'GENERAL', 'SERIOUS', 'MERIT')", name="credit_record_class"),
    CheckConstraint(
        "kind IN ('INSPECTION', 'PENALTY', 'COMMITMENT_BREACH', 'ABNORMAL_LIST', 'SEVERE_LIST', 'COMMENDATION', 'OTHER')",
        name="credit_record_kind",
    ),
    CheckConstraint(
        "state IN ('ACTIVE', 'EXPIRED', 'REPAIRED', 'WITHDRAWN', 'EXITED') AND (state = 'ACTIVE') = (ended_on IS NULL)",
        name="credit_record_state",
    ),
    Index("credit_record_of_subject", "id_type", "id_no", "occurred_on"),
    Index("credit_record_by_state", "state", "seq"),
    Index("credit_record_of_source", "source_system", "seq"),
    Index("credit_record_by_kind", "kind", "seq", postgresql_where=text("kind <> 'INSPECTION'")),
    Index("credit_record_merit", "seq", postgresql_where=text("record_class = 'MERIT'")),
    Index("credit_record_by_day", "occurred_on", postgresql_using="brin"),
)
