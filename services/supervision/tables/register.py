"""Tables of the register (监管对象名录): objects with what credit says of their holders, departments and people."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from supervision.tables.registry import metadata, texts

supervised_object = Table(
    "supervised_object",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("object_no", Text, primary_key=True),
    *texts("id_type", "id_no", "subject_kind", "subject_name", "name", "address", "region"),
    Column("object_version", Integer, nullable=False),
    Column("provisional", Boolean, nullable=False),
    *texts("case_id", "standstill"),
    CheckConstraint("provisional = (object_version = 0)", name="supervised_object_provisional"),
    Index("supervised_object_of_subject", "id_no", "id_type", "source_system", "object_no"),
    Index("supervised_object_provisional", "source_system", "object_no", postgresql_where=text("provisional")),
)

subject_grade = Table(
    "subject_grade",
    metadata,
    Column("id_type", Text, primary_key=True),
    Column("id_no", Text, primary_key=True),
    *texts("source_system"),
    Column("version", Integer, nullable=False),
    *texts("grade"),
    Column("score", Integer, nullable=False),
    *texts("scorecard"),
    Column("assessed_on", Date, nullable=False),
    CheckConstraint("grade IN ('A', 'B', 'C', 'D')", name="subject_grade_grade"),
)

department = Table(
    "department",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("name", "uscc", "head", "liaison", "superior", "merged_into"),
    Column("version", Integer, nullable=False),
)

person = Table(
    "person",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("department"),
    Column("left_on", Date),
    *texts("successor", "deputy"),
    Column("version", Integer, nullable=False),
    Index("person_of_department", "department", "code"),
)
