"""Recusals (申请回避): what an enterprise asked about the officers of a visit, and what was decided, with the visit."""

from alembic import op

revision = "0026_recusals"
down_revision = "0025_enterprises"


def upgrade() -> None:
    op.execute("ALTER TABLE site_visit ADD COLUMN recusals jsonb NOT NULL DEFAULT '[]'")
