"""Report (结果): each expectation as passed or failed, for people on the terminal, as JSON for machines."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ops.scenario.player import Checked, Outcome


def lines(outcome: Outcome) -> list[str]:
    """A scenario as lines: what failed with its differences, what passed in brief."""
    scenario = outcome.scenario
    mark = "✓ 通过 passed" if outcome.passed else "✗ 失败 failed"
    head = f"{mark}  {scenario.name}  {scenario.file}  {outcome.seconds:.1f} s"
    logged = [f"    服务日志 logged: {error}" for error in outcome.errors]
    return [head, *(line for checked in outcome.checked for line in _checked(outcome, checked)), *logged]


def _checked(outcome: Outcome, checked: Checked) -> list[str]:
    place = f"{outcome.scenario.file.name}:{checked.line}"
    if checked.passed:
        return [f"    ✓ {place} {checked.what}"]
    return [f"    ✗ {place} {checked.what}", *(f"        {difference}" for difference in checked.differences)]


def summary(outcomes: Sequence[Outcome], seconds: float) -> str:
    """The last line."""
    failed = sum(not outcome.passed for outcome in outcomes)
    checked = sum(len(outcome.checked) for outcome in outcomes)
    return (
        f"场景 {len(outcomes)}，失败 {failed}，期望 {checked}，用时 {seconds:.1f} 秒 / "
        f"{len(outcomes)} scenarios, {failed} failed, {checked} expectations, {seconds:.1f} s"
    )


def document(outcomes: Sequence[Outcome], seconds: float) -> dict[str, Any]:
    """The whole run for a machine."""
    return {
        "scenarios": len(outcomes),
        "passed": sum(outcome.passed for outcome in outcomes),
        "failed": sum(not outcome.passed for outcome in outcomes),
        "seconds": round(seconds, 1),
        "results": [_described(outcome) for outcome in outcomes],
    }


def write(file: Path, outcomes: Sequence[Outcome], seconds: float) -> None:
    """The document as a file."""
    file.write_text(json.dumps(document(outcomes, seconds), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _described(outcome: Outcome) -> dict[str, Any]:
    scenario = outcome.scenario
    return {
        "file": str(scenario.file),
        "scenario": scenario.name,
        "source": scenario.source,
        "passed": outcome.passed,
        "seconds": outcome.seconds,
        "errors": outcome.errors,
        "expectations": [
            {
                "line": checked.line,
                "what": checked.what,
                "passed": checked.passed,
                "differences": [{"zh": each.zh, "en": each.en} for each in checked.differences],
            }
            for checked in outcome.checked
        ],
    }
