"""Personal data (个人信息): addresses of notices are sealed."""

from chassis import personal_schema

revision = "0012_personal"
down_revision = "0011_api_keys"


def upgrade() -> None:
    personal_schema.upgrade()
