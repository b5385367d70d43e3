"""Import batches (导入批次): the file sealed for a while, what became of it, and which row became which case."""

from alembic import op

revision = "0020_imports"
down_revision = "0019_growth"

STATEMENTS = (
    """CREATE TABLE import_batch (
        batch text CONSTRAINT import_batch_pkey PRIMARY KEY, by text NOT NULL, name text NOT NULL, sha256 text NOT NULL,
        rows integer NOT NULL, uploaded_at timestamptz NOT NULL, state text NOT NULL, columns jsonb NOT NULL,
        fixed jsonb NOT NULL, existing boolean NOT NULL, taken integer NOT NULL, written integer NOT NULL,
        duplicates integer NOT NULL, refused_rows integer NOT NULL, refused jsonb NOT NULL, ended_at timestamptz,
        undone_by text NOT NULL, undone_at timestamptz, undone_why text NOT NULL, undone integer NOT NULL,
        CONSTRAINT import_batch_state_check CHECK (state IN ('UPLOADED', 'CHECKED', 'RUNNING', 'DONE', 'UNDONE')),
        CONSTRAINT import_batch_taken_check CHECK (taken <= rows),
        CONSTRAINT import_batch_undone_check CHECK ((state = 'UNDONE') = (undone_at IS NOT NULL)))""",
    "CREATE INDEX import_batch_sha256_idx ON import_batch (sha256)",
    """CREATE TABLE import_content (
        batch text CONSTRAINT import_content_pkey PRIMARY KEY, sealed bytea NOT NULL, kept_until timestamptz NOT NULL)""",
    """CREATE TABLE import_line (
        batch text, line integer, source_system text NOT NULL, case_id text NOT NULL, revision integer NOT NULL,
        CONSTRAINT import_line_pkey PRIMARY KEY (batch, line))""",
    "COMMENT ON TABLE import_batch IS '导入批次'",
    "COMMENT ON COLUMN import_content.sealed IS '上传的文件, sealed'",
    "COMMENT ON TABLE import_line IS '导入的一行: which case it became'",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
