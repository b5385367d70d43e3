"""Officers are searched (执法人员查找) by any part of code or name."""

from alembic import op

from chassis.searching import FUNCTION, searched

revision = "0028_search"
down_revision = "0027_complaints"

STATEMENTS = (FUNCTION, searched("inspector", "code", "name"))


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
