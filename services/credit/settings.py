"""Settings (配置) of credit alone: which rules, limits and constraints it applies. The rest is in chassis.settings."""

from pathlib import Path

import yaml
from pydantic_settings import BaseSettings, SettingsConfigDict

from credit.domain.constraint_file import constraints
from credit.domain.constraints import Constraints
from credit.domain.process import ProcessRules, parse
from credit.domain.publicity import Publicity, publicity
from credit.domain.rulebook import Rulebook, rulebook


class CreditSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_CREDIT_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_CREDIT_", extra="ignore")

    rules_file: Path = Path(__file__).parent / "rules.yaml"
    """规则文件; a deployment that has its own confirmed numbers names its file in SHENGUAN_CREDIT_RULES_FILE."""
    process_file: Path = Path(__file__).parent / "process.toml"
    """办理规则文件; a deployment with its own confirmed numbers names its file in SHENGUAN_CREDIT_PROCESS_FILE."""

    def process_rules(self) -> ProcessRules:
        """The limits of repair, objection and withdrawal. Refuses ``invalid-process-rules``; raises OSError."""
        return parse(self.process_file.read_text(encoding="utf-8"))

    constraints_file: Path = Path(__file__).parent / "constraints.yaml"
    """信用约束目录; a deployment that has its own names its file in SHENGUAN_CREDIT_CONSTRAINTS_FILE."""
    publicity_file: Path = Path(__file__).parent / "publicity.yaml"
    """公示规则文件; a deployment names its own in SHENGUAN_CREDIT_PUBLICITY_FILE."""

    def rulebook(self) -> Rulebook:
        """The rules to apply. Refuses ``invalid-rules``; raises OSError when the file is not there."""
        return rulebook(list(yaml.safe_load_all(self.rules_file.read_text(encoding="utf-8"))))

    def constraints(self) -> Constraints:
        """The lists, bars and measures there are. Refuses ``invalid-constraints``; raises OSError without the file."""
        return constraints(yaml.safe_load(self.constraints_file.read_text(encoding="utf-8")))

    def publicity(self) -> Publicity:
        """The rules of publicity. Refuses ``invalid-publicity-rules``; raises OSError when the file is not there."""
        return publicity(yaml.safe_load(self.publicity_file.read_text(encoding="utf-8")))
