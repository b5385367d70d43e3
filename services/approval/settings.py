"""Settings (配置) of approval alone. What every service needs is in chassis.settings."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ApprovalSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_APPROVAL_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_APPROVAL_", extra="ignore")

    import_rows: int = Field(default=20_000, ge=1, le=20_000)
    """Rows one import file may have (单个导入文件的最多行数): one transaction, and no other request is served while they are judged."""
