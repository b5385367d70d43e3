"""Tables of complaints (投诉举报): one row each, and who had the complainant shown."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Uuid,
    text,
)

from supervision.tables.registry import metadata, texts

complaint = Table(
    "complaint",
    metadata,
    Column("complaint_id", Uuid(as_uuid=False), primary_key=True),
    *texts("channel", "complaint_no"),
    Column("task_id", Uuid(as_uuid=False), ForeignKey("task.task_id"), nullable=False),
    *texts("id_no", "subject_name", "region", "department", "item_code", "content"),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("reply_wanted", Boolean, nullable=False),
    *texts("masked_name", "masked_contact"),
    Column("sealed_name", LargeBinary),
    Column("sealed_contact", LargeBinary),
    Column("digest", LargeBinary, nullable=False),
    *texts("entered_by"),
    Column("entered_at", DateTime(timezone=True), nullable=False),
    Column("answered_at", DateTime(timezone=True)),
    *texts("close_reason", "answer", "inspection_no"),
    Column("told_at", DateTime(timezone=True)),
    *texts("told_means", "told_by"),
    CheckConstraint("(answered_at IS NULL) = (close_reason = '')", name="complaint_answered"),
    CheckConstraint("(told_at IS NULL) = (told_means = '')", name="complaint_told"),
    Index("complaint_number", "complaint_no", "channel", unique=True),
    Index("complaint_of_department", "department", "complaint_id"),
    Index("complaint_of_subject", "id_no", "complaint_id"),
    Index("complaint_open", "complaint_id", postgresql_where=text("answered_at IS NULL")),
    Index("complaint_open_of_department", "department", "complaint_id", postgresql_where=text("answered_at IS NULL")),
)

complaint_look = Table(
    "complaint_look",
    metadata,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("complaint_id", Uuid(as_uuid=False), ForeignKey("complaint.complaint_id"), nullable=False),
    *texts("by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("reason"),
    Index("complaint_look_of_complaint", "complaint_id", "number"),
)
