"""What credit tells of objections to records (异议留存), only added to: while one is pending the gate lets the record be."""

from alembic import op

revision = "0011_objections"
down_revision = "0010_gate"

STATEMENTS = (
    """CREATE TABLE objection_told (record_id text NOT NULL, objection_id text NOT NULL, fact text NOT NULL,
        CONSTRAINT objection_told_pkey PRIMARY KEY (record_id, objection_id, fact),
        CONSTRAINT objection_told_fact_check CHECK (fact IN ('LODGED', 'DECIDED', 'REVIEW_REQUESTED', 'REVIEWED')))""",
)
COMMENTS = {"record_id": "信用记录", "objection_id": "异议编号", "fact": "异议进展"}


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    for of, said in COMMENTS.items():
        op.execute(f"COMMENT ON COLUMN objection_told.{of} IS '{said}'")
