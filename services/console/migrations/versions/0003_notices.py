"""The tables of notices (通知表)."""

from chassis.notices import schema

revision = "0003_notices"
down_revision = "0002_time"


def upgrade() -> None:
    schema.upgrade()
