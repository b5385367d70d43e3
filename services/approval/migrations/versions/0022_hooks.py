"""Hooks (推送订阅): systems outside that get facts of this service as they are told."""

from chassis.hooks import schema

revision = "0022_hooks"
down_revision = "0021_search"


def upgrade() -> None:
    schema.upgrade()
