"""Calendar and deadlines (工作日历、时限)."""

from chassis import time_schema

revision = "0002_time"
down_revision = "0001_chassis"


def upgrade() -> None:
    time_schema.upgrade()
