"""Tables (数据表) of the read model as SQLAlchemy Core: for queries, and for the reader. Migrations make them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()


def _texts(*names: str) -> list["Column[str]"]:
    return [Column(name, Text, nullable=False) for name in names]


def _told(*names: str) -> list["Column[str]"]:
    return [Column(name, Uuid(as_uuid=False)) for name in names]


_SUBJECT = ("id_type", "id_no", "subject_kind", "subject_name", "object_no", "object_name")

told = Table(
    "told",
    metadata,
    Column("event_id", Uuid(as_uuid=False), primary_key=True),
    *_texts("service", "fact"),
    Column("at", DateTime(timezone=True), nullable=False),
    *_texts("source_system", "aggregate", "case_ref", "task_id", "subject_ref", "object_ref", "cause", "trace"),
    *_texts("region", "department"),
    Column("payload", LargeBinary, nullable=False, comment="as it came; what is sealed stays sealed"),
    Index("told_of_case", "case_ref", "event_id", postgresql_where=text("case_ref <> ''")),
    Index("told_of_task", "task_id", "event_id", postgresql_where=text("task_id <> ''")),
    Index("told_of_subject", "subject_ref", "event_id"),
    Index(
        "told_assessed",
        "fact",
        "at",
        postgresql_include=["department", "task_id"],
        postgresql_where=text("fact IN ('supervision.card.issued', 'supervision.task.urged')"),
    ),
)
case_line = Table(
    "case_line",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    *_told("decided_told", "unmatched_told", "pushed_told"),
    Column("revision", Integer, nullable=False),
    *_texts("kind", "item_code", "licence_no", *_SUBJECT, "region"),
    Column("decided_on", Date),
    Column("valid_to", Date),
    Column("existing", Boolean, nullable=False),
    Column("commitment", Boolean, nullable=False),
    Column("pushed_at", DateTime(timezone=True)),
    Index("case_line_by_time", "decided_told", postgresql_where=text("decided_told IS NOT NULL")),
    Index("case_line_by_item", "item_code", "decided_told"),
    Index("case_line_of_object", "object_no", "decided_told"),
    Index("case_line_of_subject", "id_no", "id_type", "decided_told"),
    Index("case_line_unmatched", "decided_told", postgresql_where=text("unmatched_told IS NOT NULL")),
    Index("case_line_by_number", "case_id", "decided_told"),
    Index("case_line_by_name", "subject_name", "decided_told"),
    Index("case_line_by_source", "source_system", "decided_told", postgresql_where=text("decided_told IS NOT NULL")),
)
task_line = Table(
    "task_line",
    metadata,
    Column("task_id", Uuid(as_uuid=False), primary_key=True),
    *_told("made_told", "named_told", "state_told", "held_told", "claimed_told", "card_told", "due_told"),
    *_told("urged_told", "result_told", "claim_missed_told", "limit_missed_told"),
    *_texts("source_system", "case_id", "method", "purpose", "relation", "link_code", "draw_no"),
    *_texts(*_SUBJECT, "object_address", "region", "department"),
    *_texts("state", "claimed_by", "card", "card_kind", "due_kind", "result", "inspection_no"),
    *(Column(name, DateTime(timezone=True)) for name in ("created_at", "state_at", "claimed_at", "urged_at", "due_at")),
    *(Column(name, Date) for name in ("card_due_on", "due_on", "inspected_on")),
    *(Column(name, Boolean, nullable=False) for name in ("ad_hoc", "claimed_automatically", "due_stopped")),
    Column(
        "due_place",
        DateTime(timezone=True),
        nullable=False,
        comment="when it is due; beyond all days when no clock runs",
    ),
    Column("standing", Text, nullable=False, comment="the card that stands; empty when none does"),
    Index("task_line_of_case", "source_system", "case_id"),
    Index("task_line_of_department", "department", "task_id"),
    Index("task_line_by_state", "state", "department", "task_id"),
    Index("task_line_held", "claimed_by", "task_id", postgresql_where=text("claimed_by <> ''")),
    Index("task_line_carded", "task_id", postgresql_where=text("standing <> ''")),
    Index("task_line_standing", "standing", "task_id", postgresql_where=text("standing <> ''")),
    Index("task_line_of_object", "source_system", "object_no", "task_id"),
    Index("task_line_of_subject", "id_no", "id_type", "task_id"),
    Index("task_line_made", "created_at", postgresql_where=text("NOT ad_hoc")),
    Index("task_line_closed", "state_at", postgresql_where=text("state = 'CLOSED'")),
    Index("task_line_due", "due_place", "task_id"),
    Index("task_line_due_of_state", "state", "due_place", "task_id"),
    Index("task_line_due_of_department", "department", "due_place", "task_id"),
    Index("task_line_due_by_state", "department", "state", "due_place", "task_id"),
)
task_state_count = Table(
    "task_state_count",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Text, primary_key=True) for name in ("region", "department", "state")),
    *(Column(name, Integer, nullable=False) for name in ("tasks", "red", "yellow")),
)
task_month_count = Table(
    "task_month_count",
    metadata,
    Column("month", Date, primary_key=True),
    Column("lane", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Text, primary_key=True) for name in ("region", "department")),
    *(Column(name, Integer, nullable=False) for name in ("tasks", "claimed", "claimed_in_time", "concluded")),
)
case_month_count = Table(
    "case_month_count",
    metadata,
    Column("month", Date, primary_key=True),
    Column("lane", Integer, primary_key=True, autoincrement=False),
    *(Column(name, Integer, nullable=False) for name in ("decided", "pushed", "unmatched")),
)
told_count = Table(
    "told_count",
    metadata,
    Column("lane", Integer, primary_key=True, autoincrement=False),
    Column("batches", BigInteger, nullable=False),
)
fixed_month = Table(
    "fixed_month",
    metadata,
    Column("fixing_id", Uuid(as_uuid=False), primary_key=True),
    Column("month", Date, nullable=False, unique=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", Text, nullable=False, comment="who fixed it; empty: the system, when it was due"),
    Column("reason", Text, nullable=False),
    Column("rules", JSONB),
    Column("cases", JSONB, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
)
fixed_figures = Table(
    "fixed_figures",
    metadata,
    Column("month", Date, ForeignKey("fixed_month.month"), primary_key=True),
    *(Column(name, Text, primary_key=True) for name in ("region", "department")),
    *(Column(name, JSONB, nullable=False) for name in ("figures", "progress")),
)
rebuild = Table(
    "rebuild",
    metadata,
    Column("no", Integer, primary_key=True),
    Column("begun_at", DateTime(timezone=True), nullable=False),
    Column("done_at", DateTime(timezone=True)),
)
subject_line = Table(
    "subject_line",
    metadata,
    Column("id_type", Text, primary_key=True),
    Column("id_no", Text, primary_key=True),
    *_told("named_told", "graded_told"),
    *_texts("kind", "name", "grade"),
    Column("score", Integer),
    Column("version", Integer, nullable=False),
    Column("assessed_on", Date),
    Index("subject_line_by_grade", "grade", "id_type", "id_no", postgresql_where=text("grade <> ''")),
)
department_line = Table(
    "department_line",
    metadata,
    Column("department", Text, primary_key=True),
    *_told("named_told"),
    *_texts("name"),
)
item_line = Table(
    "item_line",
    metadata,
    Column("item_code", Text, primary_key=True),
    *_told("named_told"),
    *_texts("name"),
)
