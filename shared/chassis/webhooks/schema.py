"""Tables of webhooks in (回调密钥表): the secrets of each source, sealed; two of them may be good at a time."""

from alembic import op

STATEMENTS = (
    """CREATE TABLE webhook_secret (
        source_system text NOT NULL, number int NOT NULL, sealed bytea NOT NULL, added_by text NOT NULL,
        added_at timestamptz NOT NULL, retired_by text NOT NULL, retired_at timestamptz, retired_why text NOT NULL,
        PRIMARY KEY (source_system, number),
        CONSTRAINT webhook_secret_retired CHECK ((retired_at IS NULL) = (retired_by = '')))""",
)


def upgrade() -> None:
    """Make the table; called by one revision of every service that takes webhooks."""
    for statement in STATEMENTS:
        op.execute(statement)
