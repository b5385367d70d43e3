"""When a task is due (最紧的时限): by the clocks events name; of what was told before they did, by the last reminder."""

from alembic import op

revision = "0011_due"
down_revision = "0010_fence"

STATEMENTS = (
    "ALTER TABLE task_line ADD due_at timestamptz, ADD due_stopped boolean NOT NULL DEFAULT false",
    """UPDATE task_line SET due_at = (convert_from(told.payload, 'UTF8')::jsonb ->> 'due_at')::timestamptz,
            due_stopped = told.fact = 'supervision.deadline.stopped'
        FROM told WHERE told.event_id = task_line.due_told""",
    """ALTER TABLE task_line ADD due_place timestamptz NOT NULL GENERATED ALWAYS AS (
        CASE WHEN due_at IS NULL OR due_stopped OR state IN ('CLOSED', 'CANCELLED')
            THEN timestamptz '9999-01-01 00:00+00' ELSE due_at END) STORED""",
    "COMMENT ON COLUMN task_line.due_place IS 'when it is due; beyond all days when no clock runs'",
    "CREATE INDEX task_line_due ON task_line (due_place, task_id)",
    "CREATE INDEX task_line_due_of_state ON task_line (state, due_place, task_id)",
    "CREATE INDEX task_line_due_of_department ON task_line (department, due_place, task_id)",
    "CREATE INDEX task_line_due_by_state ON task_line (department, state, due_place, task_id)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
