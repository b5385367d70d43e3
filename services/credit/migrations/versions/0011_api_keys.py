"""API keys (接口密钥) of bureau systems, as approval tells them."""

from chassis.keys import schema

revision = "0011_api_keys"
down_revision = "0010_audit"


def upgrade() -> None:
    schema.upgrade()
