"""The tables of notices (通知表)."""

from chassis.notices import schema

revision = "0004_watch"
down_revision = "0003_time"


def upgrade() -> None:
    schema.upgrade()
