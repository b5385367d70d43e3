"""Audit (审计): entries, blocks and heads."""

from chassis.audit import schema

revision = "0013_audit"
down_revision = "0012_exports"


def upgrade() -> None:
    schema.upgrade()
