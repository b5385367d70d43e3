"""Webhooks in (签名回调): the secrets of the systems that send them."""

from chassis.webhooks import schema

revision = "0019_webhooks"
down_revision = "0018_api_keys"


def upgrade() -> None:
    schema.upgrade()
