"""The tables of notices and of the watch (通知、督办): tallies, alerts, visits, and what an inspection says of its code."""

from alembic import op

from chassis.notices import schema

revision = "0007_watch"
down_revision = "0006_directory"

STATEMENTS = (
    """CREATE TABLE alert_tally (
        key text NOT NULL, rule text NOT NULL, period text NOT NULL, facts jsonb NOT NULL, raised int NOT NULL,
        grace_until date, PRIMARY KEY (key, rule, period))""",
    """CREATE TABLE alert (
        key text NOT NULL, rule text NOT NULL, period text NOT NULL, number int NOT NULL, facts jsonb NOT NULL,
        raised_on date NOT NULL, raised_at timestamptz NOT NULL, PRIMARY KEY (key, rule, period, number))""",
    """CREATE TABLE subject_visit (
        id_no text NOT NULL, id_type text NOT NULL, visited_on date NOT NULL,
        PRIMARY KEY (id_no, id_type, visited_on))""",
    """ALTER TABLE inspection ADD COLUMN code_shown boolean, ADD COLUMN code_excuse text NOT NULL DEFAULT '',
        ADD COLUMN for_cause boolean""",
)


def upgrade() -> None:
    schema.upgrade()
    for statement in STATEMENTS:
        op.execute(statement)
