"""The tables of the road (底盘表)."""

from chassis import schema

revision = "0001_chassis"
down_revision = None


def upgrade() -> None:
    schema.upgrade()
