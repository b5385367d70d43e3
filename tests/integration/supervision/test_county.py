"""The example county's catalogue on a running service: nothing doubtful, one gap on purpose, the same after a round trip."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.county import VERSION, county
from supervision.cli.catalogue import app
from tests.integration.supervision.conftest import Addresses

pytestmark = pytest.mark.servers

COUNTY = county(Path(__file__).parents[3] / "examples" / "county")
ITEMS = COUNTY.folder / "items.csv"


def run(addresses: Addresses, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--url", addresses.http])


@pytest.fixture(scope="module")
def published(addresses: Addresses, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("county") / "county.json"
    file.write_text(json.dumps(COUNTY.catalogue()), encoding="utf-8")
    told = run(addresses, "import", str(file), "--by", "SPJ-02", "--publish-by", "LDB-01", "--json")
    assert json.loads(told.output)["state"] == "PUBLISHED"
    return VERSION


def test_the_lint_doubts_nothing(addresses: Addresses, published: str) -> None:
    told = run(addresses, "lint", published, "--items", str(ITEMS), "--json")
    assert json.loads(told.output)["findings"] == []
    assert told.exit_code == 0


def test_the_lint_would_doubt_an_item_taken_from_the_list(addresses: Addresses, published: str, tmp_path: Path) -> None:
    rows = ITEMS.read_text(encoding="utf-8").splitlines(keepends=True)
    fewer = tmp_path / "items.csv"
    fewer.write_text("".join(row for row in rows if not row.startswith("000131024000")), encoding="utf-8")
    told = run(addresses, "lint", published, "--items", str(fewer), "--json")
    doubted = {(doubt["rule"], doubt["item_code"]) for doubt in json.loads(told.output)["findings"]}
    assert (told.exit_code, doubted) == (1, {("UNREACHABLE", "000131024000")})


def test_one_item_is_left_unlinked_on_purpose(addresses: Addresses, published: str) -> None:
    told = json.loads(run(addresses, "gaps", published, "--items", str(ITEMS), "--json").output)
    assert [item["item_code"] for item in told["unlinked_items"]] == ["640190071000"]
    assert len(told["never_triggered"]) == len(COUNTY.catalogue()["links"])


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_exported_and_imported_it_is_the_same_version(
    addresses: Addresses, published: str, tmp_path: Path, ending: str
) -> None:
    file = tmp_path / f"county.{ending}"
    assert run(addresses, "export", str(file), "--version", published).exit_code == 0
    again = run(addresses, "import", str(file), "--by", "SPJ-02", "--json")
    told = json.loads(again.output)
    assert (again.exit_code, told["duplicate"], told["state"]) == (0, True, "PUBLISHED")
    sent = COUNTY.catalogue()
    assert (told["links"], told["checklists"]) == (len(sent["links"]), len(sent["checklists"]))
