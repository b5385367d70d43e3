"""The tables of notices (通知表)."""

from chassis.notices import schema

revision = "0005_watch"
down_revision = "0004_directory"


def upgrade() -> None:
    schema.upgrade()
