"""The query log, and subjects by their name (查询日志、按名称查主体)."""

from alembic import op

revision = "0009_publicity"
down_revision = "0008_constraint"

STATEMENTS = (
    """CREATE TABLE subject_query (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, channel text NOT NULL,
        id_type text NOT NULL, id_no text NOT NULL, asked_by text NOT NULL, found boolean NOT NULL,
        CONSTRAINT subject_query_channel CHECK (channel IN ('PUBLIC', 'INTERNAL')))""",
    "COMMENT ON COLUMN subject_query.at IS 'of the stack''s clock'",
    "COMMENT ON COLUMN subject_query.id_type IS 'of the subject; empty when only a number was asked for'",
    "COMMENT ON COLUMN subject_query.id_no IS 'for a natural person the keyed reference, never the number'",
    "COMMENT ON COLUMN subject_query.asked_by IS 'as the caller names itself'",
    "CREATE INDEX subject_query_of ON subject_query (id_type, id_no, seq)",
    "CREATE INDEX subject_query_at ON subject_query (at)",
    "CREATE INDEX subject_by_name ON subject USING hash (name)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
