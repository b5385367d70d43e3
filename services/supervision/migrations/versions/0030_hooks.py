"""Hooks (推送订阅): systems outside that get facts of this service as they are told."""

from chassis.hooks import schema

revision = "0030_hooks"
down_revision = "0029_publications_in_doubt"


def upgrade() -> None:
    schema.upgrade()
