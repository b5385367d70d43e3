"""Row-level security (行级安全): tasks and what follows from them are read by their department and region alone."""

from alembic import op

from chassis.row_security import FUNCTION, fence

revision = "0017_row_security"
down_revision = "0017_audit"

FENCED = ("task", "site_visit", "publication", "feedback")


def upgrade() -> None:
    for statement in (FUNCTION, *(s for table in FENCED for s in fence(table))):
        op.execute(statement)
