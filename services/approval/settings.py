"""Settings (配置) of approval alone. What every service needs is in chassis.settings."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from approval.domain import gate_rules
from approval.domain.gate_rules import GateRules
from approval.domain.licence_export import LicenceCategories, parse_categories
from approval.domain.process import ProcessRules, parse
from kernel import export_limit, field_table_file
from kernel.export_limit import ExportRules
from kernel.field_table import FieldTable


class ApprovalSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_APPROVAL_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_APPROVAL_", extra="ignore")

    import_rows: int = Field(default=20_000, ge=1, le=20_000)
    """Rows one import file may have (单个导入文件的最多行数): one transaction, and no other request is served while they are judged."""
    process_file: Path = Path(__file__).parent / "process.toml"
    """办理规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_APPROVAL_PROCESS_FILE."""

    gate_file: Path = Path(__file__).parent / "gate.toml"
    """信用关口规则文件; a deployment with its own confirmed rules names its file in SHENGUAN_APPROVAL_GATE_FILE."""

    exports_file: Path = Path(__file__).parent / "exports.toml"
    """报送规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_APPROVAL_EXPORTS_FILE."""
    field_tables: Path = Path(__file__).parent / "field_tables"
    """报送字段表 (a folder); a deployment with confirmed tables names its folder in SHENGUAN_APPROVAL_FIELD_TABLES."""

    def process_rules(self) -> ProcessRules:
        """The process rules. Refuses ``invalid-process-rules``; raises OSError when the file is not there."""
        return parse(self.process_file.read_text(encoding="utf-8"))

    def gate_rules(self) -> GateRules:
        """The rules of the credit gate. Refuses ``invalid-gate-rules``; raises OSError when the file is not there."""
        return gate_rules.parse(self.gate_file.read_text(encoding="utf-8"))

    def export_rules(self) -> tuple[ExportRules, LicenceCategories]:
        """Limits and licence categories of exports. Refuses ``invalid-export-rules``; raises OSError without the file."""
        text = self.exports_file.read_text(encoding="utf-8")
        return export_limit.parse(text), parse_categories(text)

    def field_table(self, name: str) -> FieldTable:
        """A field table. Refuses ``invalid-field-table``; raises OSError when its file is not there."""
        return field_table_file.parse((self.field_tables / f"{name}.toml").read_text(encoding="utf-8"))
