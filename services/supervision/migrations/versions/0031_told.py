"""When, how and by whom a complainant was told what came of it (告知)."""

from alembic import op

revision = "0031_told"
down_revision = "0030_hooks"

STATEMENTS = (
    """ALTER TABLE complaint ADD told_at timestamptz, ADD told_means text NOT NULL DEFAULT '',
        ADD told_by text NOT NULL DEFAULT ''""",
    "ALTER TABLE complaint ALTER told_means DROP DEFAULT, ALTER told_by DROP DEFAULT",
    "ALTER TABLE complaint ADD CONSTRAINT complaint_told CHECK ((told_at IS NULL) = (told_means = ''))",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
