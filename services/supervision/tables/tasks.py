"""Tables of tasks (监管任务): the decisions they come from, what was done with them.

The checks say what may never be: two open tasks of one kind on one object, a task in hand that nobody holds.
"""

from enum import StrEnum

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from kernel.inspection import TaskState
from supervision.domain.words import Purpose
from supervision.tables.registry import metadata, texts

_OPEN = text("state NOT IN ('CLOSED', 'CANCELLED')")


def _quoted(words: type[StrEnum]) -> str:
    return ", ".join(f"'{word}'" for word in words)


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
        "applied_decision_by_outcome",
        *("outcome", "source_system", "case_id", "revision"),
        postgresql_where=text("outcome <> 'TASK'"),
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
    *texts("liaison", "responsible_officer", "first_check_limit", "feedback_limit", "visit_exemption"),
    Column("claimed_automatically", Boolean, nullable=False),
    Column("planned_on", Date),
    Column("crew", ARRAY(Text), nullable=False),
    Column("rounds", JSONB),
    Column("referral", JSONB),
    *texts("close_reason", "draw_no"),
    Column("complaint_id", Uuid(as_uuid=False)),
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
        "(link_code = '') = (case_id = '' AND draw_no = '')"
        " AND (link_code <> '' OR complaint_id IS NOT NULL OR state = 'CLOSED')",
        name="task_ad_hoc",
    ),
    CheckConstraint("(purpose = 'RANDOM') = (draw_no <> '')", name="task_drawn"),
    CheckConstraint(
        "(purpose = 'FOR_CAUSE') = (complaint_id IS NOT NULL) AND (complaint_id IS NULL OR link_code = '')",
        name="task_complained_of",
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
        postgresql_where=text("link_code <> '' AND draw_no = ''"),
    ),
    Index("task_referred", "task_id", postgresql_where=text("referral IS NOT NULL")),
    Index("task_of_complaint", "complaint_id", unique=True, postgresql_where=text("complaint_id IS NOT NULL")),
    Index("task_of_draw", "draw_no", "task_id", postgresql_where=text("draw_no <> ''")),
    Index("task_open_by_department", "department", "task_id", postgresql_where=_OPEN),
    Index("task_of_department", "department", "task_id"),
    Index("task_rectifying_of_subject", "id_no", "id_type", "task_id", postgresql_where=text("state = 'RECTIFYING'")),
    Index("task_cancelled", "task_id", postgresql_where=text("state = 'CANCELLED'")),
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
