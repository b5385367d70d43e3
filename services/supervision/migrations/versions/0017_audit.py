"""Audit (审计): entries, blocks, heads; what is publicised is kept as everybody read it."""

from alembic import op

from chassis.audit import schema

revision = "0017_audit"
down_revision = "0016_exports"


def upgrade() -> None:
    schema.upgrade()
    op.execute(
        """CREATE TABLE public_edition (
        publication_no uuid NOT NULL, version int NOT NULL, content bytea NOT NULL, PRIMARY KEY (publication_no, version))"""
    )
    op.execute(
        """CREATE TRIGGER public_edition_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON public_edition
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()"""
    )
