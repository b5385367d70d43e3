"""The tables of notices (通知表)."""

from chassis.notices import schema

revision = "0003_watch"
down_revision = "0002_credit"


def upgrade() -> None:
    schema.upgrade()
