"""The tables of time (时限表): the calendar, the deadlines and the log of their recomputations, the same in every service.

``plan`` is what is still to be taken; ``next_step`` and ``next_at`` repeat its head, so that the sweep finds what is due
by key. A deadline that has ended may still owe steps that were due before it ended.
"""

from alembic import op

STATEMENTS = (
    """CREATE TABLE calendar_year (
        year int PRIMARY KEY, version int NOT NULL, working date[] NOT NULL, free date[] NOT NULL,
        provisional boolean NOT NULL, source text NOT NULL,
        CONSTRAINT calendar_year_version CHECK (version > 0))""",
    """CREATE TABLE deadline (
        deadline_id text PRIMARY KEY, owner text NOT NULL, kind text NOT NULL, limit_value text NOT NULL,
        started_at timestamptz NOT NULL, due_at timestamptz NOT NULL, due_on date NOT NULL, state text NOT NULL,
        ended_at timestamptz, next_step text, next_at timestamptz, edition int NOT NULL, ladder jsonb NOT NULL,
        stops jsonb NOT NULL, extensions jsonb NOT NULL, steps jsonb NOT NULL, plan jsonb NOT NULL,
        CONSTRAINT deadline_state CHECK (state IN ('RUNNING', 'STOPPED', 'MET', 'VOID')),
        CONSTRAINT deadline_ended CHECK ((ended_at IS NULL) = (state IN ('RUNNING', 'STOPPED'))),
        CONSTRAINT deadline_next CHECK ((next_at IS NULL) = (next_step IS NULL)),
        CONSTRAINT deadline_due CHECK (due_at > started_at))""",
    "CREATE INDEX deadline_to_sweep ON deadline (next_at, deadline_id) WHERE next_at IS NOT NULL",
    "CREATE INDEX deadline_to_recompute ON deadline (edition, deadline_id) WHERE state IN ('RUNNING', 'STOPPED')",
    "CREATE INDEX deadline_of_owner ON deadline (owner)",
    """CREATE TABLE deadline_change (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, deadline_id text NOT NULL, changed_at timestamptz NOT NULL,
        old_due_at timestamptz NOT NULL, new_due_at timestamptz NOT NULL, edition int NOT NULL, why text NOT NULL)""",
    "CREATE INDEX deadline_change_of_deadline ON deadline_change (deadline_id)",
)


def upgrade() -> None:
    """Make the tables; called by one revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
