"""The progress of cases (办件进展), appended fact by fact. Secondary keys begin with the selective column."""

from alembic import op

revision = "0006_progress"
down_revision = "0005_watch"

STATEMENTS = (
    """CREATE TABLE case_step (id bigint GENERATED ALWAYS AS IDENTITY, source_system text NOT NULL,
        case_id text NOT NULL, task_id uuid, kind text NOT NULL, at timestamptz NOT NULL, department text NOT NULL,
        facts jsonb NOT NULL, CONSTRAINT case_step_pkey PRIMARY KEY (id),
        CONSTRAINT case_step_kind_check CHECK (kind IN ('PUSHED', 'JOINED', 'CLAIMED', 'RETURNED', 'ROUTED',
        'INSPECTED', 'CLOSED', 'CANCELLED', 'UNMATCHED')))""",
    "CREATE INDEX case_step_case_idx ON case_step (case_id, source_system)",
    "CREATE INDEX case_step_task_id_idx ON case_step (task_id)",
)
COMMENTS = {
    "source_system": "来源系统",
    "case_id": "办件编号; of a joined or cancelled task the deciding case",
    "task_id": "监管任务编号; NULL for a case without a task",
    "kind": "进展",
    "at": "时间",
    "department": "监管部门",
    "facts": "what is particular to the kind",
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for of, said in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN case_step.{of} IS '{said}'")
