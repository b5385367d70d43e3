"""The inbox by month (收件箱按月分区)."""

from chassis import inbox_schema

revision = "0018_inbox"
down_revision = "0017_personal"


def upgrade() -> None:
    inbox_schema.upgrade()
