"""Tables of constraints (信用约束): entries of lists, bars, and what approval tells of items and annulments.

The checks say what may never be: a bar of another law, one that ends before it begins, an end nobody gave.
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

from credit.tables.registry import metadata

list_entry = Table(
    "list_entry",
    metadata,
    Column("entry_id", Uuid, primary_key=True, comment="the id of its record"),
    Column(
        "seq", BigInteger, Identity(always=True), unique=True, nullable=False, comment="order of arrival, for pages"
    ),
    Column("legal_basis", Text, nullable=False, comment="code of the catalogue of constraints"),
    Column("notice_document", Text, nullable=False),
    Column("exit_conditions", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("left_on", Date, comment="the first day outside"),
    Column("left_by", Text, nullable=False),
    Column("left_reason", Text, nullable=False),
    ForeignKeyConstraint(["entry_id"], ["credit_record.record_id"]),
    CheckConstraint("(left_on IS NULL) = (left_by = '')", name="list_entry_left"),
    Index("list_entry_open", "seq", postgresql_where=text("left_on IS NULL")),
)

bar = Table(
    "bar",
    metadata,
    Column("bar_id", Uuid, primary_key=True),
    Column(
        "seq", BigInteger, Identity(always=True), unique=True, nullable=False, comment="order of arrival, for pages"
    ),
    Column("id_type", Text, nullable=False, comment="as the decision named the subject"),
    Column("id_no", Text, nullable=False),
    Column("source_system", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("item_code", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("document_no", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False, comment="the last day, included"),
    Column("department", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("ended_on", Date, comment="the first day without it"),
    Column("ended_by", Text, nullable=False),
    Column("ended_reason", Text, nullable=False),
    Column("imposed_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    ForeignKeyConstraint(["id_type", "id_no"], ["subject.id_type", "subject.id_no"]),
    CheckConstraint("kind IN ('REFUSAL', 'ANNULMENT', 'PROCUREMENT')", name="bar_kind"),
    CheckConstraint("(item_code = '') = (kind = 'PROCUREMENT')", name="bar_item"),
    CheckConstraint("starts_on <= ends_on", name="bar_days"),
    CheckConstraint(
        "state IN ('IN_FORCE', 'LIFTED', 'ENDED') AND (state = 'IN_FORCE') = (ended_on IS NULL)", name="bar_state"
    ),
    Index("bar_of_subject", "id_type", "id_no"),
    Index("bar_by_state", "state", "seq"),
    Index("bar_by_kind", "kind", "seq"),
    Index("bar_of_item", "item_code", "seq"),
)

item = Table(
    "item",
    metadata,
    Column("item_code", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("public_safety", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

annulment = Table(
    "annulment",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("revision", Integer, nullable=False, comment="the newest that was told"),
    Column("by_deceit", Boolean, nullable=False),
    Column("bar_id", Uuid, comment="the bar it imposed"),
)
