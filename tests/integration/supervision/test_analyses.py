"""The analyses on a running service: lint, gaps, difference, impact and what-if, by HTTP and on the command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from supervision.cli.catalogue import app
from tests.fakes.supervised import corrected, decided
from tests.integration.supervision.conftest import Addresses, Said, a_catalogue_file

pytestmark = pytest.mark.servers

PATH = "/api/v1/catalogue-versions"


def run(addresses: Addresses, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--url", addresses.http])


@pytest.fixture
async def draft(http: httpx.AsyncClient) -> str:
    """A draft that asks for a promise and links another item."""
    file = a_catalogue_file("2011-9", effective_from="2011-09-01")
    (link,) = file["links"]
    file["links"] = [
        link | {"condition": "decision.commitment", "liaison": "L-1"},
        link | {"code": "OTHER", "item_code": "1007", "claim_limit": "2wd", "first_check_limit": "1wd"},
    ]
    (await http.post(PATH, json=file)).raise_for_status()
    return "2011-9"


async def test_what_a_draft_would_mean_is_told_and_nothing_changes(
    http: httpx.AsyncClient, addresses: Addresses, tell: Callable[..., Any], until: Said, draft: str, tmp_path: Path
) -> None:
    await tell(decided("WI-1", "WI-1"))
    await tell(decided("WI-2", "WI-2", item_code="1007"))
    await tell(decided("WI-3", "WI-3", item_code="2000"))
    await tell(decided("WI-4", "WI-4"))
    await tell(corrected("WI-4", "WI-4", commitment=True))

    async def applied() -> Any:
        found = (await http.get("/api/v1/decisions", params={"limit": 500})).json()["items"]
        return len([one for one in found if one["case_id"].startswith("WI-")]) == 5

    assert await until(applied)
    before = [(await http.get(path)).json() for path in ("/ops/v1/figures", PATH, f"{PATH}/{draft}")]

    days = ("--from", "2011-09-01", "--to", "2011-09-02")
    told = json.loads(run(addresses, "what-if", draft, *days, "--json").output)
    links = {one["link_code"]: (one["tasks_before"], one["tasks_after"]) for one in told["links"]}
    assert (links["FOOD"], links["OTHER"]) == ((3, 2), (0, 1))  # with the check of what WI-4 promised
    assert (told["decisions"], told["unmatched_before"], told["unmatched_after"]) == (4, 2, 2)
    assert told["total"]["officer_days_before"] == "6"
    assert told["enterprises"]["most_visited"][0]["id_no"] == "S1"
    assert "DEMO-FOOD" in run(addresses, "what-if", draft, *days).output

    told = json.loads(run(addresses, "impact", draft, "--json").output)
    (food,) = [one for one in told["links"] if one["link_code"] == "FOOD"]
    assert (food["effect"], food["open_tasks"], {c["field"] for c in food["changes"]}) == (
        "CHANGED",
        3,  # WI-1, WI-4, and the check of what WI-4 promised
        {"condition", "liaison"},
    )
    open_tasks = (await http.get("/api/v1/tasks", params={"object_no": "WI-4"})).json()["items"]
    assert sorted(task["purpose"] for task in open_tasks) == ["COMMITMENT", "ROUTINE"]
    assert {task["object_no"] for task in told["tasks"]} >= {"WI-1", "WI-4"}
    assert "CHANGED" in run(addresses, "impact", draft).output

    items = tmp_path / "items.csv"
    items.write_text("事项编码,事项名称,备注\n1006,食品经营,\n3000,示例事项,\n", encoding="gb18030")
    told = json.loads(run(addresses, "gaps", draft, "--items", str(items), *days, "--json").output)
    assert {one["item_code"]: one["listed"] for one in told["unlinked_items"]}.items() >= {
        "2000": False,
        "3000": True,
    }.items()
    assert told["never_triggered"] == []
    told = json.loads(run(addresses, "gaps", draft, "--from", "2030-01-01", "--json").output)
    assert [one["link_code"] for one in told["never_triggered"]] == ["FOOD", "OTHER"]
    assert "3000" in run(addresses, "gaps", draft, "--items", str(items)).output

    linted = run(addresses, "lint", draft, "--items", str(items), "--json")
    rules = [(one["rule"], one["link"]) for one in json.loads(linted.output)["findings"]]
    assert (linted.exit_code, rules) == (1, [("UNREACHABLE", "OTHER"), ("NO_LIAISON", "OTHER"), ("LIMIT", "OTHER")])
    assert "LIMIT" in run(addresses, "lint", draft).output

    told = json.loads(run(addresses, "diff", "2010-1", draft, "--json").output)
    assert [link["code"] for link in told["added"]] == ["OTHER"]
    assert [change["field"] for change in told["changed"][0]["changes"]] == ["liaison", "condition"]
    assert "OTHER" in run(addresses, "diff", "2010-1", draft).output

    assert [(await http.get(path)).json() for path in ("/ops/v1/figures", PATH, f"{PATH}/{draft}")] == before


@pytest.mark.parametrize("what", ["lint", "gaps", "impact", "what-if"])
def test_a_version_that_is_not_there_is_not_found(addresses: Addresses, what: str) -> None:
    refused = run(addresses, what, "nothing")
    assert (refused.exit_code, "nothing" in refused.output) == (1, True)


async def test_a_list_without_item_codes_and_a_wrong_period_are_told(
    http: httpx.AsyncClient, addresses: Addresses, tmp_path: Path
) -> None:
    items = tmp_path / "items.csv"
    items.write_text("编号,名称\n1,2\n", encoding="utf-8")
    assert "事项编码" in run(addresses, "lint", "2010-1", "--items", str(items)).output
    wrong = await http.get(f"{PATH}/2010-1/what-if", params={"from": "soon"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/from")


@pytest.mark.parametrize(
    "command",
    [
        "import",
        "export",
        "submit",
        "send-back",
        "publish",
        "retire",
        "list",
        "show",
        "lint",
        "gaps",
        "diff",
        "impact",
        "what-if",
    ],
)
def test_every_command_shows_an_example_and_has_a_json_option(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"}).output
    assert f"例 / example: shenguan catalogue {command}" in shown
    assert "--json" in shown
