"""Reports (检查结果单): the answers and findings of an inspection, written short in a scenario, whole in the request."""

from collections.abc import Mapping
from typing import Any


def lines(said: Mapping[str, str]) -> list[dict[str, str]]:
    """``{"1": PASS, "2": FAIL}`` as checklist lines (检查项)."""
    return [{"code": str(code), "result": result} for code, result in said.items()]


def findings(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``{"2": CRITICAL}`` or ``{"2": {severity: CRITICAL, note: …}}`` as findings (问题)."""
    return [
        {"line_code": str(code), **(found if isinstance(found, dict) else {"severity": found})}
        for code, found in said.items()
    ]
