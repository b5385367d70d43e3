"""API keys (接口密钥): the keys as every service knows them, and who made and revoked each."""

from alembic import op

from chassis.keys import schema

revision = "0014_api_keys"
down_revision = "0013_audit"


def upgrade() -> None:
    schema.upgrade()
    op.execute(
        """CREATE TABLE api_key_record (
            key_id text PRIMARY KEY REFERENCES api_key (key_id), name text NOT NULL, made_by text NOT NULL,
            made_at timestamptz NOT NULL, revoked_by text NOT NULL, revoked_at timestamptz, revoked_why text NOT NULL,
            CONSTRAINT api_key_record_revoked CHECK ((revoked_at IS NULL) = (revoked_by = '')))"""
    )
