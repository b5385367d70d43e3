"""Tables of random draws (双随机抽查): draws, their pools and receipts byte for byte, what became of every object drawn."""

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from supervision.tables.registry import metadata, texts

draw = Table(
    "draw",
    metadata,
    Column("draw_no", Text, primary_key=True),
    *texts("plan_no"),
    Column("plan_version", Integer, nullable=False),
    *texts("entry", "region"),
    Column("departments", ARRAY(Text), nullable=False),
    *texts("algorithm", "script", "snapshot", "commitment", "announcement_hash"),
    Column("sealed_secret", LargeBinary, nullable=False),
    *texts("value_source", "value_form"),
    Column("value_at", DateTime(timezone=True), nullable=False),
    *texts("prepared_by"),
    Column("prepared_at", DateTime(timezone=True), nullable=False),
    Column("objects", Integer, nullable=False),
    Column("quota", Integer, nullable=False),
    *texts("state", "secret", "value", "looked_up", "seed", "result_hash", "ended_by", "witness"),
    Column("ended_at", DateTime(timezone=True)),
    *texts("reason"),
    CheckConstraint("state IN ('ANNOUNCED', 'CONCLUDED', 'CANCELLED')", name="draw_state"),
    CheckConstraint(
        "(state = 'ANNOUNCED') = (ended_at IS NULL) AND (state = 'ANNOUNCED') = (secret = '')", name="draw_ended"
    ),
    CheckConstraint(
        "(state = 'CONCLUDED') = (value <> '' AND seed <> '' AND result_hash <> '')", name="draw_concluded"
    ),
    CheckConstraint("witness = '' OR witness <> ended_by", name="draw_second_person"),
    CheckConstraint("state <> 'CONCLUDED' OR witness <> ''", name="draw_witness"),
    Index("draw_of_plan", "plan_no", "entry", "draw_no"),
    Index("draw_open_once", "plan_no", "entry", unique=True, postgresql_where=text("state = 'ANNOUNCED'")),
)

draw_pool = Table(
    "draw_pool",
    metadata,
    Column("draw_no", Text, ForeignKey("draw.draw_no"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

draw_receipt = Table(
    "draw_receipt",
    metadata,
    Column("draw_no", Text, ForeignKey("draw.draw_no"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

draw_replacement = Table(
    "draw_replacement",
    metadata,
    Column("draw_no", Text, ForeignKey("draw.draw_no"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *texts("source_system", "object_no", "department", "officer", "successor", "reason", "by", "witness"),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    CheckConstraint("witness <> by", name="draw_replacement_second_person"),
)

drawn_object = Table(
    "drawn_object",
    metadata,
    Column("draw_no", Text, ForeignKey("draw.draw_no"), primary_key=True),
    Column("source_system", Text, primary_key=True),
    Column("object_no", Text, primary_key=True),
    Column("officers", JSONB, nullable=False),
    *texts("outcome"),
    Column("tasks", JSONB, nullable=False),
    CheckConstraint("outcome IN ('WAITING', 'TASK', 'LAPSED')", name="drawn_object_outcome"),
    Index("drawn_object_of_object", "object_no", "source_system", "draw_no"),
    Index(
        "drawn_object_waiting",
        *("draw_no", "source_system", "object_no"),
        postgresql_where=text("outcome = 'WAITING'"),
    ),
)
