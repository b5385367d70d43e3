"""Dictionaries are searched (字典查找): items, departments and people by any part of code or name."""

from alembic import op

from chassis.searching import FUNCTION, searched

revision = "0021_search"
down_revision = "0020_imports"

STATEMENTS = (
    FUNCTION,
    searched("item", "item_code", "name"),
    searched("department", "code", "name"),
    searched("person", "code", "name"),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
