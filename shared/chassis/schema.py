"""The tables of the road (底盘表): every service's database has the same, made by its first migration.

``event_log`` is append-only and the system of record; ``outbox`` points at what is not published yet and stays small.
"""

from alembic import op

STATEMENTS = (
    """CREATE TABLE event_log (
        event_id uuid NOT NULL, logged_at timestamptz NOT NULL, type text NOT NULL, subject text NOT NULL,
        aggregate text NOT NULL, source_system text NOT NULL, headers json NOT NULL, payload bytea NOT NULL,
        PRIMARY KEY (event_id, logged_at)) PARTITION BY RANGE (logged_at)""",
    "CREATE TABLE event_log_default PARTITION OF event_log DEFAULT",
    """CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL, logged_at timestamptz NOT NULL,
        attempts int NOT NULL DEFAULT 0, last_error text NOT NULL DEFAULT '', isolated boolean NOT NULL DEFAULT false)""",
    """CREATE TABLE published_range (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, stream_created timestamptz NOT NULL,
        first_seq bigint NOT NULL, last_seq bigint NOT NULL, event_ids uuid[] NOT NULL, logged_from timestamptz NOT NULL,
        published_at timestamptz NOT NULL DEFAULT clock_timestamp(), CHECK (last_seq >= first_seq))""",
    "CREATE INDEX ON published_range (stream, last_seq)",
    """CREATE TABLE inbox (
        event_id uuid NOT NULL, consumer text NOT NULL, source_system text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (event_id, consumer))""",
    "CREATE TABLE turn (consumer text, key text, version int NOT NULL, PRIMARY KEY (consumer, key))",
    """CREATE TABLE waiting (
        consumer text, key text, version int, event_id uuid, subject text NOT NULL, headers json NOT NULL,
        payload bytea NOT NULL, received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (consumer, key, version, event_id))""",
    """CREATE TABLE dead_letter (
        id uuid PRIMARY KEY, consumer text NOT NULL, subject text NOT NULL, headers json NOT NULL, payload bytea NOT NULL,
        turn_key text NOT NULL DEFAULT '', cause text NOT NULL, detail json NOT NULL, attempts int NOT NULL,
        source_system text NOT NULL DEFAULT '', parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        redriven_at timestamptz)""",
    "CREATE INDEX ON dead_letter (parked_at) WHERE redriven_at IS NULL",
    """CREATE TABLE stack_clock (
        only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), moved_to timestamptz NOT NULL,
        moved_at timestamptz NOT NULL)""",
    """CREATE TABLE idempotency (
        route text, key text, request_hash bytea NOT NULL, status int, content_type text, response bytea,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(), PRIMARY KEY (route, key))""",
)


def upgrade() -> None:
    """Make the tables; called by revision ``0001_chassis`` of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
