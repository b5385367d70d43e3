"""Exports (报送): batches and the ledger of what was sent; inspections and referrals are found by what they are."""

from alembic import op

from chassis.exports import schema

revision = "0016_exports"
down_revision = "0015_publicity"


def upgrade() -> None:
    schema.upgrade()
    op.execute("CREATE INDEX inspection_by_day ON inspection USING brin (inspected_on)")
    op.execute("CREATE INDEX task_referred ON task (task_id) WHERE referral IS NOT NULL")
