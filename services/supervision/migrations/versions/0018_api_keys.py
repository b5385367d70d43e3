"""API keys (接口密钥) of bureau systems, as approval tells them."""

from chassis.keys import schema

revision = "0018_api_keys"
down_revision = "0017_row_security"


def upgrade() -> None:
    schema.upgrade()
