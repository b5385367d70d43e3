"""Settings (配置) of supervision alone. What every service needs is in chassis.settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from supervision.domain import process_rules, risk_table
from supervision.domain.alert_rules import parse
from supervision.domain.alerts import AlertRules
from supervision.domain.draws import rules as draw_rules
from supervision.domain.draws.rules import DrawRules
from supervision.domain.plans import rules_file
from supervision.domain.plans.rules import PlanRules
from supervision.domain.process import ProcessRules
from supervision.domain.risk import RiskTable


class SupervisionSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_SUPERVISION_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_SUPERVISION_", extra="ignore")

    page_limit: int = Field(default=500, ge=1, le=10_000)
    """Rows one page of a list may have (每页最多条数)."""
    process_file: Path = Path(__file__).parent / "process.toml"
    """过程规则文件; a deployment that has its own confirmed numbers names its file in SHENGUAN_SUPERVISION_PROCESS_FILE."""
    evidence_limit: int = Field(default=64 * 1024 * 1024, ge=1024, le=1024 * 1024 * 1024)
    """Bytes one file of evidence may have (证据文件上限); other bodies keep ``SHENGUAN_SUPERVISION_BODY_LIMIT``."""
    alerts_file: Path = Path(__file__).parent / "alerts.toml"
    """预警规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_ALERTS_FILE."""
    risk_file: Path = Path(__file__).parent / "risk.toml"
    """风险分级表文件; a deployment with its own confirmed table names its file in SHENGUAN_SUPERVISION_RISK_FILE."""

    plans_file: Path = Path(__file__).parent / "plans.toml"
    """年度计划规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_PLANS_FILE."""

    draws_file: Path = Path(__file__).parent / "draws.toml"
    """抽取规则文件; a deployment with its own confirmed number names its file in SHENGUAN_SUPERVISION_DRAWS_FILE."""

    def process_rules(self) -> ProcessRules:
        """The rules of the process. Refuses ``invalid-rules``; raises OSError when the file is not there."""
        return process_rules.parse(self.process_file.read_text(encoding="utf-8"))

    def alert_rules(self) -> AlertRules:
        """The alert rules. Refuses ``invalid-alert-rules``; raises OSError when the file is not there."""
        return parse(self.alerts_file.read_text(encoding="utf-8"))

    def risk_table(self) -> RiskTable:
        """The table of risk classes. Refuses ``invalid-risk-table``; raises OSError when the file is not there."""
        return risk_table.parse(self.risk_file.read_text(encoding="utf-8"))

    def plan_rules(self) -> PlanRules:
        """The rules of annual plans. Refuses ``invalid-plan-rules``; raises OSError when the file is not there."""
        return rules_file.parse(self.plans_file.read_text(encoding="utf-8"))

    def draw_rules(self) -> DrawRules:
        """The rules of draws. Refuses ``invalid-draw-rules``; raises OSError when the file is not there."""
        return draw_rules.parse(self.draws_file.read_text(encoding="utf-8"))
