"""Reports (检查结果单): the answers and findings of an inspection, written short in a scenario, whole in the request."""

from collections.abc import Mapping
from typing import Any

from ops.scenario.keys import Key, Kind

WATCHED = (
    Key(name="code_shown", zh="是否亮码检查", en="whether the inspection code was shown", kind=Kind.FLAG),
    Key(name="code_excuse", zh="未亮码的正当理由", en="the excuse for not showing it"),
    Key(name="for_cause", zh="是否有因检查（投诉、线索）", en="made for a cause", kind=Kind.FLAG),
)
"""What the alert rules look at."""


def lines(said: Mapping[str, str]) -> list[dict[str, str]]:
    """``{"1": PASS, "2": FAIL}`` as checklist lines (检查项)."""
    return [{"code": str(code), "result": result} for code, result in said.items()]


def findings(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``{"2": CRITICAL}`` or ``{"2": {severity: CRITICAL, note: …}}`` as findings (问题)."""
    return [
        {"line_code": str(code), **(found if isinstance(found, dict) else {"severity": found})}
        for code, found in said.items()
    ]
