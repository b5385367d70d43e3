"""Exports (报送): batches and the ledger of what was sent; decisions are found by their days."""

from alembic import op

from chassis.exports import schema

revision = "0012_exports"
down_revision = "0011_objections"


def upgrade() -> None:
    schema.upgrade()
    op.execute("CREATE INDEX decision_decided_on_idx ON decision USING brin (decided_on)")
    op.execute("CREATE INDEX decision_registered_at_idx ON decision USING brin (registered_at)")
