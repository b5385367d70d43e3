"""The alert rules as shipped, in force early enough for the days tests play on."""

from pathlib import Path

import supervision
from supervision.domain.alert_rules import parse
from supervision.domain.alerts import AlertRules

SHIPPED = (Path(supervision.__file__).parent / "alerts.toml").read_text(encoding="utf-8")


EARLY = SHIPPED.replace("effective_from = 2026-01-01", "effective_from = 2000-01-01")


def early_rules() -> AlertRules:
    return parse(EARLY)
