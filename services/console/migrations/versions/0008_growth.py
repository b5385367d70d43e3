"""Indexes for tables that grow (增长索引)."""

from chassis import growth_schema

revision = "0008_growth"
down_revision = "0007_inbox"


def upgrade() -> None:
    growth_schema.upgrade()
