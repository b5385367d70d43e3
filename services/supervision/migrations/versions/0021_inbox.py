"""The inbox by month (收件箱按月分区)."""

from chassis import inbox_schema

revision = "0021_inbox"
down_revision = "0020_personal"


def upgrade() -> None:
    inbox_schema.upgrade()
