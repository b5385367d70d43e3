"""Settings (配置) of approval alone. What every service needs is in chassis.settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from approval.domain import gate_rules
from approval.domain.gate_rules import GateRules
from approval.domain.process import ProcessRules, parse


class ApprovalSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_APPROVAL_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_APPROVAL_", extra="ignore")

    import_rows: int = Field(default=20_000, ge=1, le=20_000)
    """Rows one import file may have (单个导入文件的最多行数): one transaction, and no other request is served while they are judged."""
    process_file: Path = Path(__file__).parent / "process.toml"
    """办理规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_APPROVAL_PROCESS_FILE."""

    gate_file: Path = Path(__file__).parent / "gate.toml"
    """信用关口规则文件; a deployment with its own confirmed rules names its file in SHENGUAN_APPROVAL_GATE_FILE."""

    def process_rules(self) -> ProcessRules:
        """The process rules. Refuses ``invalid-process-rules``; raises OSError when the file is not there."""
        return parse(self.process_file.read_text(encoding="utf-8"))

    def gate_rules(self) -> GateRules:
        """The rules of the credit gate. Refuses ``invalid-gate-rules``; raises OSError when the file is not there."""
        return gate_rules.parse(self.gate_file.read_text(encoding="utf-8"))
