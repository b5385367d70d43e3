"""The directory as approval tells it (通讯录投影). Plain SQL: a revision stays what it was when the tables move on."""

from alembic import op

revision = "0006_directory"
down_revision = "0005_task_states"

STATEMENTS = (
    """CREATE TABLE department (
        code text PRIMARY KEY, name text NOT NULL, uscc text NOT NULL, head text NOT NULL, liaison text NOT NULL,
        superior text NOT NULL, merged_into text NOT NULL, version int NOT NULL)""",
    """CREATE TABLE person (
        code text PRIMARY KEY, department text NOT NULL, left_on date, successor text NOT NULL, deputy text NOT NULL,
        version int NOT NULL)""",
    "CREATE INDEX person_of_department ON person (department, code)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
