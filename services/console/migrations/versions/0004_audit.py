"""Audit (审计): entries, blocks and heads."""

from chassis.audit import schema

revision = "0004_audit"
down_revision = "0003_notices"


def upgrade() -> None:
    schema.upgrade()
