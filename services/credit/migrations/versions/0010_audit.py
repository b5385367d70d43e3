"""Audit (审计): entries, blocks and heads."""

from chassis.audit import schema

revision = "0010_audit"
down_revision = "0009_publicity"


def upgrade() -> None:
    schema.upgrade()
