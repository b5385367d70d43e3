"""Hooks (推送订阅): systems outside that get facts of this service as they are told."""

from chassis.hooks import schema

revision = "0015_hooks"
down_revision = "0014_growth"


def upgrade() -> None:
    schema.upgrade()
