"""The alert rules as shipped, for tests."""

from pathlib import Path

import supervision
from supervision.domain.alert_rules import parse
from supervision.domain.alerts import AlertRules

SHIPPED = (Path(supervision.__file__).parent / "alerts.toml").read_text(encoding="utf-8")


def shipped_rules() -> AlertRules:
    return parse(SHIPPED)
