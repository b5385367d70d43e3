"""What operators watch: every alert has its page in the runbook, and every number asked for is one somebody tells."""

import json
import re
from pathlib import Path

import pytest
import yaml

from chassis import links, metrics
from chassis.hooks import numbers as hooks
from console.queries import GAUGES

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "prometheus" / "rules.yml"
BOARDS = ROOT / "deploy" / "grafana" / "dashboards"
SUFFIX = {"s": "_seconds"}
TALLIES = {made.args[0] for made in (metrics.PUBLISHED, metrics.APPLIED, metrics.REQUEUED)}


def told() -> set[str]:
    """The numbers of the services as Prometheus calls them."""
    gauges = {
        each.name.replace(".", "_") + SUFFIX.get(each.unit, "")
        for each in (*metrics.OF_EVERY_SERVICE, *hooks.NUMBERS[0].gauges, *links.GAUGES, *GAUGES)
    }
    return gauges | {name.replace(".", "_") + "_total" for name in TALLIES}


def asked(text: str) -> set[str]:
    return set(re.findall(r"\bshenguan_[a-z_]+\b", text))


def alerts() -> list[str]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule["alert"] for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("page", ["docs/runbook.md", "docs/runbook.en.md"])
def test_every_alert_has_its_section(page: str) -> None:
    assert re.findall(r"^### (\w+)$", (ROOT / page).read_text("utf-8"), re.MULTILINE) == alerts()


@pytest.mark.parametrize("file", [RULES, *sorted(BOARDS.glob("*.json"))], ids=lambda file: str(file.name))
def test_what_is_asked_for_is_told(file: Path) -> None:
    text = file.read_text("utf-8")
    assert asked(text)
    assert asked(text) <= told()


def test_every_number_is_told_about_and_shown() -> None:
    shown = set[str]().union(*(asked(file.read_text("utf-8")) for file in BOARDS.glob("*.json")))
    runbook = (ROOT / "docs" / "runbook.md").read_text("utf-8")
    assert told() <= shown | asked(RULES.read_text("utf-8"))
    missing = {
        name for name in told() if name not in runbook and f"`{name.removeprefix('shenguan_month')}`" not in runbook
    }
    assert not missing


def test_the_dashboards_are_told_apart() -> None:
    boards = [json.loads(file.read_text("utf-8")) for file in BOARDS.glob("*.json")]
    assert len({board["uid"] for board in boards}) == len(boards) == 2
    assert all(len({panel["id"] for panel in board["panels"]}) == len(board["panels"]) for board in boards)
