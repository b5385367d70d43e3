"""Tables of hooks (推送订阅表): who gets which facts, what waits to be delivered, and every try.

``hook_due`` holds what is not delivered yet; it grows only while a receiver is away. ``hook_delivery`` is a log.
"""

from alembic import op

STATEMENTS = (
    """CREATE TABLE hook (
        hook_id uuid PRIMARY KEY, name text NOT NULL, address text NOT NULL, facts text[] NOT NULL,
        source_systems text[] NOT NULL, regions text[] NOT NULL, departments text[] NOT NULL, state text NOT NULL,
        secret bytea NOT NULL, previous bytea, added_by text NOT NULL, added_at timestamptz NOT NULL,
        state_by text NOT NULL, state_at timestamptz NOT NULL, state_why text NOT NULL,
        attempts int NOT NULL DEFAULT 0, next_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        lease uuid, leased_until timestamptz,
        CONSTRAINT hook_state CHECK (state IN ('ACTIVE', 'PAUSED', 'ENDED')),
        CONSTRAINT hook_facts CHECK (cardinality(facts) > 0),
        CONSTRAINT hook_leased CHECK ((lease IS NULL) = (leased_until IS NULL)))""",
    """CREATE TABLE hook_due (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hook_id uuid NOT NULL REFERENCES hook (hook_id),
        event_id uuid NOT NULL, logged_at timestamptz NOT NULL, again boolean NOT NULL DEFAULT false)""",
    "CREATE INDEX hook_due_of_hook ON hook_due (hook_id, id)",
    """CREATE TABLE hook_delivery (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hook_id uuid NOT NULL REFERENCES hook (hook_id),
        event_id uuid NOT NULL, fact text NOT NULL, attempt int NOT NULL, state text NOT NULL, status int,
        milliseconds int NOT NULL, answer text NOT NULL, again boolean NOT NULL,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT hook_delivery_state CHECK (state IN ('SENT', 'FAILED', 'PARKED')))""",
    "CREATE INDEX hook_delivery_of_hook ON hook_delivery (hook_id, id)",
    "CREATE INDEX hook_delivery_by_time ON hook_delivery USING brin (at) WITH (pages_per_range = 16)",
    "CREATE INDEX hook_delivery_by_state ON hook_delivery (hook_id, state, id)",
)


def upgrade() -> None:
    """Make the tables; called by one revision of every service that offers its facts."""
    for statement in STATEMENTS:
        op.execute(statement)
