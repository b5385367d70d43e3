"""Query log (查询日志): who was answered about whom."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, DateTime, Identity, Index, Table, Text, text

from credit.tables.registry import metadata

subject_query = Table(
    "subject_query",
    metadata,
    Column("seq", BigInteger, Identity(always=True), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, comment="of the stack's clock"),
    Column("channel", Text, nullable=False),
    Column("id_type", Text, nullable=False, comment="of the subject; empty when only a number was asked for"),
    Column("id_no", Text, nullable=False, comment="for a natural person the keyed reference, never the number"),
    Column("asked_by", Text, nullable=False, comment="as the caller names itself"),
    Column("found", Boolean, nullable=False),
    CheckConstraint("channel IN ('PUBLIC', 'INTERNAL')", name="subject_query_channel"),
    Index("subject_query_of", "id_type", "id_no", "seq"),
    Index("subject_query_at", "at"),
    Index("subject_query_of_asker", "asked_by", "seq", postgresql_where=text("asked_by <> ''")),
    Index("subject_query_internal", "seq", postgresql_where=text("channel = 'INTERNAL'")),
)
