"""Tables (数据表) of supervision as SQLAlchemy Core: for queries, and for the reader. Migrations make them.

The checks say what may never be: two open tasks of one kind on one object, a task in hand that nobody holds,
an inspection by one officer. The answers of an inspection are kept as arrays of line codes, one per result:
44 lines cost about 200 bytes instead of 44 rows, and ``'14' = ANY (failed)`` still finds them.
"""

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kernel.inspection import TaskState
from supervision.domain.words import Purpose
from supervision.tables.officers import evidence, evidence_blob, evidence_chunk, inspector_conflict, signature
from supervision.tables.registry import metadata, texts

__all__ = [
    "alert",
    "alert_tally",
    "applied_decision",
    "catalogue_version",
    "department",
    "evidence",
    "evidence_blob",
    "evidence_chunk",
    "finding",
    "inspection",
    "inspector",
    "inspector_conflict",
    "metadata",
    "person",
    "signature",
    "subject_grade",
    "subject_visit",
    "supervised_object",
    "task",
    "task_change",
]

_OPEN = text("state NOT IN ('CLOSED', 'CANCELLED')")


def _quoted(words: type[StrEnum]) -> str:
    return ", ".join(f"'{word}'" for word in words)


catalogue_version = Table(
    "catalogue_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("effective_from", Date, nullable=False),
    Column("effective_to", Date),
    Column("content", JSONB, nullable=False),
    Column("drafted_at", DateTime(timezone=True), nullable=False),
    *texts("state", "drafted_by", "submitted_by"),
    Column("submitted_at", DateTime(timezone=True)),
    *texts("published_by"),
    Column("published_at", DateTime(timezone=True)),
    Column("publication", Integer),
    *texts("retired_by"),
    Column("retired_at", DateTime(timezone=True)),
    Column("retired_on", Date),
    UniqueConstraint("sequence", name="catalogue_version_sequence"),
    UniqueConstraint("publication", name="catalogue_version_publication"),
    CheckConstraint("effective_to > effective_from", name="catalogue_version_period"),
    CheckConstraint("state IN ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'RETIRED')", name="catalogue_version_state"),
    CheckConstraint(
        "(published_at IS NOT NULL) = (state IN ('PUBLISHED', 'RETIRED'))"
        " AND (publication IS NOT NULL) = (published_at IS NOT NULL)",
        name="catalogue_version_published",
    ),
    CheckConstraint(
        "(retired_at IS NOT NULL) = (state = 'RETIRED') AND (retired_on IS NOT NULL) = (state = 'RETIRED')",
        name="catalogue_version_retired",
    ),
    CheckConstraint(
        "published_by = '' OR published_by NOT IN (drafted_by, submitted_by)", name="catalogue_version_two_persons"
    ),
)

inspector = Table(
    "inspector",
    metadata,
    Column("code", Text, primary_key=True),
    *texts("name", "department", "certificate_no"),
    Column("certificate_from", Date),
    Column("certificate_to", Date),
    Column("left_on", Date),
    CheckConstraint(
        "certificate_no <> '' OR (certificate_from IS NULL AND certificate_to IS NULL)", name="inspector_certificate"
    ),
    CheckConstraint("certificate_to >= certificate_from", name="inspector_certificate_term"),
)

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
    Index("supervised_object_of_subject", "id_type", "id_no"),
)

applied_decision = Table(
    "applied_decision",
    metadata,
    Column("source_system", Text, primary_key=True),
    Column("case_id", Text, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    *texts("object_no"),
    Column("object_version", Integer, nullable=False),
    *texts("kind", "item_code", "region"),
    Column("decided_on", Date, nullable=False),
    *texts("outcome", "catalogue_version"),
    Column("tasks_made", Integer, nullable=False),
    Column("applied_at", DateTime(timezone=True), nullable=False),
    Column("commitment", Boolean, nullable=False),
    Column("existing", Boolean, nullable=False),
    *texts("id_type", "id_no", "subject_kind", "object_name", "object_address"),
    CheckConstraint(
        "outcome IN ('TASK', 'JOINED', 'CANCELLED', 'UNMATCHED', 'REGISTERED', 'ENDED')",
        name="applied_decision_outcome",
    ),
    CheckConstraint("(outcome = 'TASK') = (tasks_made > 0)", name="applied_decision_tasks"),
    Index("applied_decision_of_object", "object_no", "source_system", "object_version"),
    Index("applied_decision_by_day", "decided_on", postgresql_using="brin"),
    Index(
        "applied_decision_unmatched",
        *("source_system", "case_id", "revision"),
        postgresql_where=text("outcome = 'UNMATCHED'"),
    ),
)

task = Table(
    "task",
    metadata,
    Column("task_id", Uuid(as_uuid=False), primary_key=True),
    *texts("source_system", "object_no", "id_type", "id_no", "subject_kind", "subject_name"),
    *texts("object_name", "object_address", "region", "department"),
    Column("created_at", DateTime(timezone=True), nullable=False),
    *texts("check_kind", "checklist", "catalogue_version", "link_code", "case_id"),
    Column("revision", Integer, nullable=False),
    *texts("state", "claimed_by"),
    Column("claimed_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    *texts("closing_case", "inspection_no", "purpose", "relation", "method"),
    Column("items", ARRAY(Text), nullable=False),
    *texts("liaison", "responsible_officer", "first_check_limit", "feedback_limit"),
    Column("claimed_automatically", Boolean, nullable=False),
    Column("planned_on", Date),
    Column("crew", ARRAY(Text), nullable=False),
    Column("rounds", JSONB),
    Column("referral", JSONB),
    *texts("close_reason"),
    CheckConstraint(f"state IN ({_quoted(TaskState)})", name="task_state"),
    CheckConstraint(f"purpose IN ({_quoted(Purpose)})", name="task_purpose"),
    CheckConstraint(
        "(claimed_by <> '') = (claimed_at IS NOT NULL)"
        " AND (state NOT IN ('CLAIMED', 'PLANNED', 'INSPECTING', 'RECTIFYING', 'REFERRED') OR claimed_by <> '')"
        " AND (state NOT IN ('PENDING_CLAIM', 'RETURNED', 'DISPUTED') OR claimed_by = '')",
        name="task_claim",
    ),
    CheckConstraint("(closed_at IS NOT NULL) = (state IN ('CLOSED', 'CANCELLED'))", name="task_closed"),
    CheckConstraint("(close_reason <> '') = (state = 'CLOSED')", name="task_reason"),
    CheckConstraint("close_reason <> 'INSPECTED' OR inspection_no <> '' OR claimed_by <> ''", name="task_concluded"),
    CheckConstraint("(closing_case <> '') = (state = 'CANCELLED')", name="task_cancelled"),
    CheckConstraint(
        "(link_code = '') = (case_id = '') AND (link_code <> '' OR state = 'CLOSED')",
        name="task_ad_hoc",
    ),
    Index(
        "task_open_once",
        *("object_no", "source_system", "department", "checklist", "purpose"),
        unique=True,
        postgresql_where=text("link_code <> '' AND state NOT IN ('CLOSED', 'CANCELLED')"),
    ),
    Index(
        "task_made_once",
        *("case_id", "source_system", "revision", "link_code", "purpose"),
        unique=True,
        postgresql_where=text("link_code <> ''"),
    ),
    Index("task_open_by_department", "department", "task_id", postgresql_where=_OPEN),
    Index("task_of_object", "object_no", "source_system", "task_id"),
    Index(
        "task_of_liaison",
        "liaison",
        postgresql_where=text("liaison <> '' AND state NOT IN ('CLOSED', 'CANCELLED')"),
    ),
    Index(
        "task_of_claimer",
        "claimed_by",
        postgresql_where=text("claimed_by <> '' AND state NOT IN ('CLOSED', 'CANCELLED')"),
    ),
)

task_change = Table(
    "task_change",
    metadata,
    Column("task_id", Uuid(as_uuid=False), primary_key=True),
    Column("number", Integer, Identity(always=True), primary_key=True),
    *texts("verb", "by"),
    Column("at", DateTime(timezone=True), nullable=False),
    *texts("before", "after", "department", "reason"),
)

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

alert_tally = Table(
    "alert_tally",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("key", "rule", "period")),
    Column("facts", JSONB, nullable=False),
    Column("raised", Integer, nullable=False),
    Column("grace_until", Date),
)

alert = Table(
    "alert",
    metadata,
    *(Column(name, Text, primary_key=True) for name in ("key", "rule", "period")),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("facts", JSONB, nullable=False),
    Column("raised_on", Date, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False),
)

subject_visit = Table(
    "subject_visit",
    metadata,
    Column("id_no", Text, primary_key=True),
    Column("id_type", Text, primary_key=True),
    Column("visited_on", Date, primary_key=True),
)

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
)
