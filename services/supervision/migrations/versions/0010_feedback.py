"""Feedback to the approver and its answers (结果反馈与答复): one matter of a task is open once at a time."""

from alembic import op

revision = "0010_feedback"
down_revision = "0009_officers"

STATEMENTS = (
    """CREATE TABLE feedback (
        feedback_id uuid PRIMARY KEY, task_id uuid NOT NULL, source_system text NOT NULL, region text NOT NULL,
        case_id text NOT NULL, department text NOT NULL, id_type text NOT NULL, id_no text NOT NULL,
        subject_kind text NOT NULL, subject_name text NOT NULL, object_no text NOT NULL, object_name text NOT NULL,
        object_address text NOT NULL, kind text NOT NULL, reason text NOT NULL, legal_basis text NOT NULL,
        inspection_no text NOT NULL, raised_by text NOT NULL, raised_at timestamptz NOT NULL,
        overdue_since timestamptz, accepted boolean, answer_reason text NOT NULL, answered_by text NOT NULL,
        answered_at timestamptz, decision_case_id text NOT NULL, decision_revision int NOT NULL,
        FOREIGN KEY (task_id) REFERENCES task (task_id),
        CONSTRAINT feedback_answer CHECK ((accepted IS NULL) = (answered_at IS NULL)))""",
    "CREATE UNIQUE INDEX feedback_open_once ON feedback (task_id, kind) WHERE accepted IS NULL",
    "CREATE INDEX feedback_of_task ON feedback (task_id)",
    "CREATE INDEX feedback_of_case ON feedback (case_id, source_system)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
