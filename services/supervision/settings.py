"""Settings (配置) of supervision alone. What every service needs is in chassis.settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from kernel import export_limit, field_table_file
from kernel.export_limit import ExportRules
from kernel.field_table import FieldTable
from supervision.domain import process_rules, risk_table
from supervision.domain.alert_rules import parse
from supervision.domain.alerts import AlertRules
from supervision.domain.complaint_rules import ComplaintRules
from supervision.domain.complaint_rules import parse as parse_complaints
from supervision.domain.draws import rules as draw_rules
from supervision.domain.draws.rules import DrawRules
from supervision.domain.plans import rules_file as plan_rules_file
from supervision.domain.plans.rules import PlanRules
from supervision.domain.process import ProcessRules
from supervision.domain.publicity import rules_file as publicity_rules_file
from supervision.domain.publicity.rules import PublicityRules
from supervision.domain.ranking import RankingRules
from supervision.domain.ranking import parse as parse_ranking
from supervision.domain.risk import RiskTable
from supervision.domain.visits import VisitRules, rules_file


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
    visits_file: Path = Path(__file__).parent / "visits.toml"
    """入企检查规则文件; a deployment with its own confirmed caps names its file in SHENGUAN_SUPERVISION_VISITS_FILE."""
    public_url: str = "http://127.0.0.1:8102"
    """对外地址: where enterprises reach this service; the QR code of a site visit leads there."""

    publicity_file: Path = Path(__file__).parent / "publicity.toml"
    """公示规则文件; a deployment with its own confirmed rules names its file in SHENGUAN_SUPERVISION_PUBLICITY_FILE."""
    exports_file: Path = Path(__file__).parent / "exports.toml"
    """报送规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_EXPORTS_FILE."""
    field_tables: Path = Path(__file__).parent / "field_tables"
    """报送字段表 (a folder); a deployment with confirmed tables names its folder in SHENGUAN_SUPERVISION_FIELD_TABLES."""
    plans_file: Path = Path(__file__).parent / "plans.toml"
    """年度计划规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_PLANS_FILE."""
    ranking_file: Path = Path(__file__).parent / "ranking.toml"
    """排序规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_SUPERVISION_RANKING_FILE."""

    draws_file: Path = Path(__file__).parent / "draws.toml"
    """抽取规则文件; a deployment with its own confirmed number names its file in SHENGUAN_SUPERVISION_DRAWS_FILE."""

    complaints_file: Path = Path(__file__).parent / "complaints.toml"
    """投诉举报规则文件; a deployment with its own channels names its file in SHENGUAN_SUPERVISION_COMPLAINTS_FILE."""

    def complaint_rules(self) -> ComplaintRules:
        """The rules of complaints. Refuses ``invalid-complaint-rules``; raises OSError when the file is not there."""
        return parse_complaints(self.complaints_file.read_text(encoding="utf-8"))

    def process_rules(self) -> ProcessRules:
        """The rules of the process. Refuses ``invalid-rules``; raises OSError when the file is not there."""
        return process_rules.parse(self.process_file.read_text(encoding="utf-8"))

    def alert_rules(self) -> AlertRules:
        """The alert rules. Refuses ``invalid-alert-rules``; raises OSError when the file is not there."""
        return parse(self.alerts_file.read_text(encoding="utf-8"))

    def risk_table(self) -> RiskTable:
        """The table of risk classes. Refuses ``invalid-risk-table``; raises OSError when the file is not there."""
        return risk_table.parse(self.risk_file.read_text(encoding="utf-8"))

    def visit_rules(self) -> VisitRules:
        """The rules of site visits. Refuses ``invalid-visit-rules``; raises OSError when the file is not there."""
        return rules_file.parse(self.visits_file.read_text(encoding="utf-8"))

    def publicity_rules(self) -> PublicityRules:
        """The rules of publicity. Refuses ``invalid-publicity-rules``; raises OSError when the file is not there."""
        return publicity_rules_file.parse(self.publicity_file.read_text(encoding="utf-8"))

    def export_rules(self) -> ExportRules:
        """The limits of exports. Refuses ``invalid-export-rules``; raises OSError when the file is not there."""
        return export_limit.parse(self.exports_file.read_text(encoding="utf-8"))

    def export_tables(self) -> dict[str, FieldTable]:
        """The field tables by name. Refuses ``invalid-field-table``; raises OSError when a file is not there."""
        names = ("penalty", "check_action", "penalty_action")
        texts = {name: (self.field_tables / f"{name}.toml").read_text(encoding="utf-8") for name in names}
        return {name: field_table_file.parse(text) for name, text in texts.items()}

    def plan_rules(self) -> PlanRules:
        """The rules of annual plans. Refuses ``invalid-plan-rules``; raises OSError when the file is not there."""
        return plan_rules_file.parse(self.plans_file.read_text(encoding="utf-8"))

    def ranking_rules(self) -> RankingRules:
        """The rules of the ranking. Refuses ``invalid-ranking-rules``; raises OSError when the file is not there."""
        return parse_ranking(self.ranking_file.read_text(encoding="utf-8"))

    def draw_rules(self) -> DrawRules:
        """The rules of draws. Refuses ``invalid-draw-rules``; raises OSError when the file is not there."""
        return draw_rules.parse(self.draws_file.read_text(encoding="utf-8"))
