"""Tables of notices (通知表): the inbox, how a person wants to be told, what is still to be sent, what was tried.

``notice_queue`` holds only what is not delivered yet and stays small; ``notice_delivery`` is a log, one row per try.
"""

from alembic import op

STATEMENTS = (
    """CREATE TABLE notice (
        notice_id uuid PRIMARY KEY, person text NOT NULL, kind text NOT NULL, fact text NOT NULL,
        zh text NOT NULL, en text NOT NULL, about text NOT NULL, on_behalf_of text NOT NULL, deputy text NOT NULL,
        created_at timestamptz NOT NULL, read_at timestamptz,
        CONSTRAINT notice_once UNIQUE (person, kind, fact),
        CONSTRAINT notice_one_way CHECK (on_behalf_of = '' OR deputy = ''))""",
    "CREATE INDEX notice_of_person ON notice (person, notice_id)",
    "CREATE INDEX notice_unread ON notice (person, notice_id) WHERE read_at IS NULL",
    """CREATE TABLE notice_preference (
        person text PRIMARY KEY, channels jsonb NOT NULL, digest text NOT NULL, digest_at time, quiet_from time,
        quiet_to time, deputy text NOT NULL, deputy_from date, deputy_to date, updated_at timestamptz NOT NULL,
        CONSTRAINT notice_preference_digest
            CHECK (digest IN ('NONE', 'DAILY') AND (digest = 'DAILY') = (digest_at IS NOT NULL)),
        CONSTRAINT notice_preference_quiet
            CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND quiet_from <> quiet_to),
        CONSTRAINT notice_preference_deputy
            CHECK ((deputy = '') = (deputy_from IS NULL) AND (deputy_from IS NULL) = (deputy_to IS NULL)
                AND deputy_to >= deputy_from AND deputy <> person))""",
    """CREATE TABLE notice_queue (
        notice_id uuid NOT NULL REFERENCES notice (notice_id), channel text NOT NULL, person text NOT NULL,
        digest boolean NOT NULL, next_at timestamptz NOT NULL, attempts int NOT NULL DEFAULT 0, message_id uuid,
        leased_until timestamptz, PRIMARY KEY (notice_id, channel))""",
    "CREATE INDEX notice_queue_due ON notice_queue (next_at)",
    "CREATE INDEX notice_queue_message ON notice_queue (message_id) WHERE message_id IS NOT NULL",
    "CREATE INDEX notice_queue_person ON notice_queue (person)",
    """CREATE TABLE notice_delivery (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, notice_id uuid NOT NULL REFERENCES notice (notice_id),
        channel text NOT NULL, message_id uuid NOT NULL, attempt int NOT NULL, state text NOT NULL,
        error text NOT NULL, at timestamptz NOT NULL,
        CONSTRAINT notice_delivery_state CHECK (state IN ('SENT', 'FAILED', 'GIVEN_UP', 'DROPPED')))""",
    "CREATE INDEX notice_delivery_of_notice ON notice_delivery (notice_id, id)",
)


def upgrade() -> None:
    """Make the tables; called by a revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
