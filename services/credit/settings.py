"""Settings (配置) of credit alone: which rules and constraints it applies. What every service needs is in chassis.settings."""

from pathlib import Path

import yaml
from pydantic_settings import BaseSettings, SettingsConfigDict

from credit.domain.constraint_file import constraints
from credit.domain.constraints import Constraints
from credit.domain.rulebook import Rulebook, rulebook


class CreditSettings(BaseSettings):
    """Read once at start from ``SHENGUAN_CREDIT_…``."""

    model_config = SettingsConfigDict(env_prefix="SHENGUAN_CREDIT_", extra="ignore")

    rules_file: Path = Path(__file__).parent / "rules.yaml"
    """规则文件; a deployment that has its own confirmed numbers names its file in SHENGUAN_CREDIT_RULES_FILE."""
    constraints_file: Path = Path(__file__).parent / "constraints.yaml"
    """信用约束目录; a deployment that has its own names its file in SHENGUAN_CREDIT_CONSTRAINTS_FILE."""

    def rulebook(self) -> Rulebook:
        """The rules to apply. Refuses ``invalid-rules``; raises OSError when the file is not there."""
        return rulebook(list(yaml.safe_load_all(self.rules_file.read_text(encoding="utf-8"))))

    def constraints(self) -> Constraints:
        """The lists, bars and measures there are. Refuses ``invalid-constraints``; raises OSError without the file."""
        return constraints(yaml.safe_load(self.constraints_file.read_text(encoding="utf-8")))
