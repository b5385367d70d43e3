"""API keys (接口密钥)."""

from chassis.keys import schema

revision = "0005_api_keys"
down_revision = "0004_audit"


def upgrade() -> None:
    schema.upgrade()
