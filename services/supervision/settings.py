"""Settings (配置) of supervision alone. What every service needs is in chassis.settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SupervisionSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_SUPERVISION_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_SUPERVISION_", extra="ignore")

    page_limit: int = Field(default=500, ge=1, le=10_000)
    """Rows one page of a list may have (每页最多条数)."""
