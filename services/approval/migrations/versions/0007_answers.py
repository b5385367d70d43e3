"""Feedback of supervision and its answers (结果反馈与答复). Secondary keys begin with the selective column."""

from alembic import op

revision = "0007_answers"
down_revision = "0006_progress"

STATEMENTS = (
    """CREATE TABLE feedback (feedback_id uuid NOT NULL, source_system text NOT NULL, region text NOT NULL,
        case_id text NOT NULL, task_id uuid NOT NULL, department text NOT NULL, kind text NOT NULL,
        reason text NOT NULL, legal_basis text NOT NULL, inspection_no text NOT NULL, raised_by text NOT NULL,
        raised_at timestamptz NOT NULL, id_type text NOT NULL, id_no text NOT NULL, subject_kind text NOT NULL,
        subject_name text NOT NULL, object_no text NOT NULL, object_name text NOT NULL, object_address text NOT NULL,
        state text NOT NULL, accepted boolean, answer_reason text NOT NULL, answered_by text NOT NULL,
        answered_at timestamptz, decision_case_id text NOT NULL, decision_revision integer NOT NULL,
        decision_kind text, CONSTRAINT feedback_pkey PRIMARY KEY (feedback_id),
        CONSTRAINT feedback_state_check CHECK (state IN ('OPEN', 'ANSWERED')),
        CONSTRAINT feedback_answer_check CHECK ((state = 'ANSWERED') = (accepted IS NOT NULL)
        AND (state = 'ANSWERED') = (answered_at IS NOT NULL)),
        CONSTRAINT feedback_reason_check CHECK (accepted IS NOT FALSE OR answer_reason <> ''))""",
    "CREATE INDEX feedback_case_idx ON feedback (case_id, source_system)",
    "CREATE INDEX feedback_open_idx ON feedback (feedback_id) WHERE state = 'OPEN'",
)
COMMENTS = {
    "case_id": "办件编号",
    "task_id": "监管任务编号",
    "department": "监管部门",
    "kind": "反馈事由",
    "reason": "反馈理由",
    "legal_basis": "依据",
    "inspection_no": "检查编号",
    "id_no": "证件号码; for a person the keyed reference",
    "subject_name": "名称; empty for a person",
    "accepted": "是否采纳; NULL = 待答复",
    "answer_reason": "答复理由",
    "decision_case_id": "新决定的办件编号",
}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for of, said in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN feedback.{of} IS '{said}'")
