"""Table of feedback (结果反馈): what the approver was asked, and the answer."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Table,
    Uuid,
    text,
)

from supervision.tables.registry import metadata, texts

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", Uuid(as_uuid=False), primary_key=True),
    Column("task_id", Uuid(as_uuid=False), ForeignKey("task.task_id"), nullable=False),
    *texts("source_system", "region", "case_id", "department", "id_type", "id_no", "subject_kind", "subject_name"),
    *texts("object_no", "object_name", "object_address", "kind", "reason", "legal_basis", "inspection_no", "raised_by"),
    Column("raised_at", DateTime(timezone=True), nullable=False),
    Column("overdue_since", DateTime(timezone=True)),
    Column("accepted", Boolean),
    *texts("answer_reason", "answered_by"),
    Column("answered_at", DateTime(timezone=True)),
    *texts("decision_case_id"),
    Column("decision_revision", Integer, nullable=False),
    CheckConstraint("(accepted IS NULL) = (answered_at IS NULL)", name="feedback_answer"),
    Index("feedback_open_once", "task_id", "kind", unique=True, postgresql_where=text("accepted IS NULL")),
    Index("feedback_of_task", "task_id"),
    Index("feedback_of_case", "case_id", "source_system"),
    Index("feedback_of_department", "department", "feedback_id"),
)
