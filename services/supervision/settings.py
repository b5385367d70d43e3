"""Settings (配置) of supervision alone. What every service needs is in chassis.settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from supervision.domain.alert_rules import parse
from supervision.domain.alerts import AlertRules


class SupervisionSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_SUPERVISION_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_SUPERVISION_", extra="ignore")

    page_limit: int = Field(default=500, ge=1, le=10_000)
    """Rows one page of a list may have (每页最多条数)."""
    alerts_file: Path = Path(__file__).parent / "alerts.toml"
    """预警规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_ALERTS_FILE."""

    def alert_rules(self) -> AlertRules:
        """The alert rules. Refuses ``invalid-alert-rules``; raises OSError when the file is not there."""
        return parse(self.alerts_file.read_text(encoding="utf-8"))
