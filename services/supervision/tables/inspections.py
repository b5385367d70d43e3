"""Tables of inspections (检查) and what they found (问题).

The answers of an inspection are kept as arrays of line codes, one per result: 44 lines cost about 200 bytes instead
of 44 rows, and ``'14' = ANY (failed)`` still finds them.
"""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from supervision.tables.registry import metadata, texts

inspection = Table(
    "inspection",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("inspection_no", Text, primary_key=True),
    *texts("object_no"),
    Column("task_id", Uuid(as_uuid=False), ForeignKey("task.task_id"), nullable=False),
    Column("ad_hoc", Boolean, nullable=False),
    Column("orphan", Boolean, nullable=False),
    Column("inspected_on", Date, nullable=False),
    *texts("result"),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("inspectors", "passed", "failed", "not_applicable")),
    Column("not_checked", ARRAY(Text), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("code_shown", Boolean),
    *texts("code_excuse"),
    Column("for_cause", Boolean),
    UniqueConstraint("task_id", name="inspection_task"),
    CheckConstraint("result IN ('PASS', 'PASS_WITH_CONDITIONS', 'FAIL')", name="inspection_result"),
    CheckConstraint("cardinality(inspectors) >= 2", name="inspection_two_inspectors"),
    Index("inspection_of_object", "object_no", "source_system", "inspected_on"),
    Index("inspection_by_day", "inspected_on", postgresql_using="brin"),
)

finding = Table(
    "finding",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("inspection_no", Text, primary_key=True),
    Column("line_code", Text, primary_key=True),
    *texts("severity", "note"),
    ForeignKeyConstraint(
        ["source_system", "inspection_no"],
        ["inspection.source_system", "inspection.inspection_no"],
    ),
    CheckConstraint("severity IN ('CRITICAL', 'SERIOUS', 'MINOR')", name="finding_severity"),
)
