"""Tables of officers (执法人员) and what they declare, collect and sign (回避、证据、签名).

Contents of evidence lie in pieces in a table of their own, stored EXTERNAL: no list and no task ever touches them.
"""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)

from supervision.tables.registry import metadata, texts

inspector = Table(
    "inspector",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("name", "department", "certificate_no"),
    Column("certificate_from", Date),
    Column("certificate_to", Date),
    Column("left_on", Date),
    Column("matters", ARRAY(Text), nullable=False),
    CheckConstraint(
        "certificate_no <> '' OR (certificate_from IS NULL AND certificate_to IS NULL)", name="inspector_certificate"
    ),
    CheckConstraint("certificate_to >= certificate_from", name="inspector_certificate_term"),
    Index("inspector_searched", text("grams((code || ' '::text) || name)"), postgresql_using="gin"),
)

inspector_conflict = Table(
    "inspector_conflict",
    metadata,
    Column("conflict_id", Uuid(as_uuid=False), primary_key=True),
    Column("inspector", Text, ForeignKey("inspector.code"), nullable=False),
    *texts("id_type", "id_no", "source_system", "object_no", "reason"),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    *texts("declared_by"),
    Column("declared_at", DateTime(timezone=True), nullable=False),
    *texts("ended_by"),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("valid_to >= valid_from", name="inspector_conflict_term"),
    CheckConstraint("(id_no <> '') <> (object_no <> '')", name="inspector_conflict_target"),
    CheckConstraint("(ended_by <> '') = (ended_at IS NOT NULL)", name="inspector_conflict_ended"),
    Index("inspector_conflict_of_inspector", "inspector", "conflict_id"),
    Index("inspector_conflict_of_subject", "id_no", "id_type", postgresql_where=text("id_no <> ''")),
    Index("inspector_conflict_of_object", "object_no", "source_system", postgresql_where=text("object_no <> ''")),
)

evidence_blob = Table(
    "evidence_blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("octet_length(sha256) = 32", name="evidence_blob_sha256"),
    CheckConstraint("size > 0", name="evidence_blob_size"),
)

evidence_chunk = Table(
    "evidence_chunk",
    metadata,
    Column("sha256", LargeBinary, ForeignKey("evidence_blob.sha256"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", Uuid(as_uuid=False), primary_key=True),
    Column("task_id", Uuid(as_uuid=False), ForeignKey("task.task_id"), nullable=False),
    Column("sha256", LargeBinary, ForeignKey("evidence_blob.sha256"), nullable=False),
    Column("size", BigInteger, nullable=False),
    *texts("media_type", "name", "note", "line_code", "added_by"),
    Column("added_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "media_type IN ('image/jpeg', 'image/png', 'application/pdf', 'video/mp4')", name="evidence_media_type"
    ),
    Index("evidence_of_task", "task_id", "sha256"),
)

signature = Table(
    "signature",
    metadata,
    Column("signature_id", Uuid(as_uuid=False), primary_key=True),
    Column("task_id", Uuid(as_uuid=False), ForeignKey("task.task_id"), nullable=False),
    *texts("source_system", "inspection_no", "role", "code", "masked_name"),
    Column("sealed_name", LargeBinary),
    Column("evidence", LargeBinary, ForeignKey("evidence_blob.sha256")),
    Column("refused", Boolean, nullable=False),
    *texts("reason", "recorded_by"),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("on_paper", Boolean, nullable=False, server_default=text("false")),
    ForeignKeyConstraint(
        ["source_system", "inspection_no"],
        ["inspection.source_system", "inspection.inspection_no"],
    ),
    CheckConstraint("role IN ('OFFICER', 'PARTY', 'WITNESS')", name="signature_role"),
    CheckConstraint("(role = 'OFFICER') = (code <> '')", name="signature_signer"),
    CheckConstraint("(masked_name <> '') = (sealed_name IS NOT NULL)", name="signature_sealed"),
    CheckConstraint(
        "(refused OR on_paper) = (evidence IS NULL) AND refused = (reason <> '')", name="signature_refused"
    ),
    CheckConstraint("NOT (refused AND on_paper)", name="signature_on_paper"),
    Index("signature_of_task", "task_id", "signature_id"),
)
