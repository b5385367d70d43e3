"""The fence of rows (行级安全) asks once for a statement whether everything may be seen, not for every row."""

from alembic import op

from chassis.row_security import fenced_again

revision = "0023_fence"
down_revision = "0022_growth"

FENCED = ("task", "site_visit", "publication", "feedback")


def upgrade() -> None:
    for statement in (s for table in FENCED for s in fenced_again(table)):
        op.execute(statement)
