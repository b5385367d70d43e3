"""Personal data (个人信息): addresses of notices are sealed."""

from chassis import personal_schema

revision = "0006_personal"
down_revision = "0005_api_keys"


def upgrade() -> None:
    personal_schema.upgrade()
