"""The inbox by month (收件箱按月分区)."""

from chassis import inbox_schema

revision = "0007_inbox"
down_revision = "0006_personal"


def upgrade() -> None:
    inbox_schema.upgrade()
