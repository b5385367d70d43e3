"""Tables of publicity (公示): one row per result that must be shown, and the trace of everything done to one."""

from sqlalchemy import ARRAY, CheckConstraint, Column, Date, DateTime, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata, texts

publication = Table(
    "publication",
    metadata,
    Column("publication_no", Uuid(as_uuid=False), primary_key=True),
    *texts("source_system", "inspection_no"),
    Column("task_id", Uuid(as_uuid=False), nullable=False),
    *texts("object_no", "region", "department", "purpose"),
    Column("inspectors", ARRAY(Text), nullable=False),
    *texts("result"),
    Column("formed_on", Date, nullable=False),
    *texts("edition", "state"),
    Column("version", Integer, nullable=False),
    Column("publicised_on", Date),
    *texts("shown_by", "id_type", "id_no", "subject_kind", "holder_name"),
    *texts("matter_code", "matter_name", "subject_name", "object_name"),
    Column("inspected_on", Date, nullable=False),
    *texts("result_class"),
    Column("doubt", JSONB),
    Column("withdrawal", JSONB),
    CheckConstraint("state IN ('PENDING', 'PUBLICISED', 'CORRECTED', 'WITHDRAWN')", name="publication_state"),
    CheckConstraint("(state = 'WITHDRAWN') = (withdrawal IS NOT NULL)", name="publication_withdrawn"),
    CheckConstraint("(shown_by <> '') = (publicised_on IS NOT NULL)", name="publication_shown"),
    Index("publication_of_inspection", "inspection_no", "source_system", unique=True),
    Index("publication_of_object", "object_no", "source_system", "publication_no"),
    Index("publication_of_task", "task_id"),
    Index("publication_of_department", "department", "formed_on"),
    Index("publication_in_order", "department", "publication_no"),
    Index("publication_by_day", "publicised_on", "publication_no"),
    Index("publication_of_subject", "id_no", "publication_no"),
    Index("publication_of_name", "subject_name", "publication_no"),
    Index("publication_by_state", "state", "publication_no"),
    Index("publication_in_doubt", "publication_no", postgresql_where=text("doubt IS NOT NULL")),
)

publication_change = Table(
    "publication_change",
    metadata,
    Column("publication_no", Uuid(as_uuid=False), primary_key=True),
    Column("version", Integer, primary_key=True),
    *texts("act", "by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("cause", "reason", "matter_code", "matter_name", "subject_name", "object_name"),
    Column("inspected_on", Date, nullable=False),
    *texts("result_class"),
)
