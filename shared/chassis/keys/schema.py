"""Tables of API keys (接口密钥表): the keys as every service knows them, and the days each was used here."""

from alembic import op

STATEMENTS = (
    """CREATE TABLE api_key (
        key_id text PRIMARY KEY, version int NOT NULL, digest bytea NOT NULL, scopes text[] NOT NULL,
        source_systems text[] NOT NULL, regions text[] NOT NULL, departments text[] NOT NULL,
        expires_on date NOT NULL, revoked boolean NOT NULL,
        CONSTRAINT api_key_digest CHECK (octet_length(digest) = 32))""",
    """CREATE TABLE api_key_use (
        key_id text NOT NULL REFERENCES api_key (key_id), used_on date NOT NULL, PRIMARY KEY (key_id, used_on))""",
)


def upgrade() -> None:
    """Make the tables; called by one revision of every service."""
    for statement in STATEMENTS:
        op.execute(statement)
