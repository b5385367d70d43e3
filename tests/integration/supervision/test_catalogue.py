"""The catalogue as people work with it: drafted, submitted, published by another, exported, imported, broken, retired."""

import json
from base64 import b64decode
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from supervision.cli.catalogue import app
from supervision.domain.catalogue.document import LINK_FIELDS
from tests.integration.supervision.conftest import Addresses, a_catalogue_file

pytestmark = pytest.mark.servers

PATH = "/api/v1/catalogue-versions"


def run(addresses: Addresses, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--url", addresses.http])


async def asked(http: httpx.AsyncClient, version: str, verb: str, by: str, **more: Any) -> tuple[int, str]:
    answer = await http.post(f"{PATH}/{version}:{verb}", json={"by": by, **more})
    told = answer.json()
    return answer.status_code, told.get("state") or told["type"].rpartition(":")[2]


async def test_a_published_version_never_changes(http: httpx.AsyncClient) -> None:
    again = await http.post(PATH, json=a_catalogue_file())
    assert (again.status_code, again.json()["duplicate"], again.json()["state"]) == (200, True, "PUBLISHED")
    other = await http.post(PATH, json=a_catalogue_file(effective_to="2099-01-01"))
    assert (other.status_code, other.json()["type"]) == (409, "urn:shenguan:problem:catalogue-differs")
    shown = (await http.get(f"{PATH}/2010-1")).json()
    assert (shown["links"][0]["code"], shown["published_by"]) == ("FOOD", "publisher")
    listed = [(await http.get(PATH, params=day)).json()["items"] for day in ({}, {"on": "1985-01-01"})]
    assert listed[0][0]["checklists"] == 1
    assert [[one["version"] for one in items if one["in_force"]] for items in listed] == [["2010-1"], []]


async def test_the_description_of_the_interface_names_every_field_of_a_link(http: httpx.AsyncClient) -> None:
    described = (await http.get("/openapi.json")).json()
    fields = described["components"]["schemas"]["LinkForm"]["properties"]
    assert set(fields) == set(LINK_FIELDS)
    assert fields["claim_limit"]["type"] == ["string", "null"]
    assert "/api/v1/catalogue-versions:import" in described["paths"]


async def test_a_version_needs_two_persons_and_goes_step_by_step(http: httpx.AsyncClient) -> None:
    file = a_catalogue_file("two", effective_from="1990-01-01", effective_to="1991-01-01")
    assert (await http.post(PATH, json=file)).status_code == 201
    redrafted = await http.post(PATH, json=file | {"change_reason": "再改", "by": "anna"})
    assert (redrafted.status_code, redrafted.json()["state"]) == (200, "DRAFT")
    assert await asked(http, "two", "publish", "carl") == (409, "version-not-submitted")
    assert await asked(http, "two", "submit", "bert") == (200, "SUBMITTED")
    assert await asked(http, "two", "submit", "carl") == (409, "version-not-draft")
    for drafter in ("anna", "bert"):
        assert await asked(http, "two", "publish", drafter) == (409, "second-person-needed")
    assert await asked(http, "two", "send-back", "carl") == (200, "DRAFT")
    assert await asked(http, "two", "submit", "bert") == (200, "SUBMITTED")
    assert await asked(http, "two", "publish", "carl") == (200, "PUBLISHED")
    assert await asked(http, "two", "publish", "carl") == (200, "PUBLISHED")
    assert await asked(http, "two", "retire", "carl", on="2011-09-01") == (422, "invalid-content")
    assert await asked(http, "two", "retire", "carl") == (200, "RETIRED")
    assert await asked(http, "none", "submit", "bert") == (404, "not-found")


async def test_a_condition_that_does_not_compile_is_told_where_it_stands(http: httpx.AsyncClient) -> None:
    file = a_catalogue_file("cel")
    file["links"] = [file["links"][0] | {"condition": "decision.colour == 'red'", "claim_limit": "2 years"}]
    answer = await http.post(PATH, json=file)
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/links/0/claim_limit"]
    file["links"] = [file["links"][0] | {"claim_limit": "2wd"}]
    answer = await http.post(PATH, json=file)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/links/0/condition")
    assert "decision.colour" in answer.json()["errors"][0]["en"]
    assert (await http.get(f"{PATH}/cel")).status_code == 404


def test_an_exported_version_imported_again_is_identical(addresses: Addresses, tmp_path: Path) -> None:
    file, copy = tmp_path / "out.xlsx", tmp_path / "copy.xlsx"
    assert run(addresses, "export", str(file), "--version", "2010-1").exit_code == 0
    again = run(addresses, "import", str(file), "--by", "anna", "--json")
    assert (again.exit_code, json.loads(again.output)["duplicate"]) == (0, True)
    book = load_workbook(file)
    book["版本"]["B1"].value = "copy-1"
    book.save(copy)
    drafted = run(addresses, "import", str(copy), "--by", "anna", "--json")
    assert json.loads(drafted.output)["state"] == "DRAFT"
    versions = [tmp_path / "one.json", tmp_path / "two.json"]
    for name, target in zip(("2010-1", "copy-1"), versions, strict=True):
        assert run(addresses, "export", str(target), "--version", name).exit_code == 0
    one, two = (json.loads(target.read_text(encoding="utf-8")) for target in versions)
    assert {**one, "version": ""} == {**two, "version": ""}


def test_a_broken_file_comes_back_annotated_and_changes_nothing(addresses: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "broken.xlsx"
    assert run(addresses, "export", str(file), "--version", "2010-1").exit_code == 0
    book = load_workbook(file)
    book["版本"]["B1"].value = "broken-1"
    (place,) = [cell.coordinate.replace("1", "2") for cell in book["联动关系"][1] if cell.value == "认领时限"]
    book["联动关系"][place].value = "尽快"
    book.save(file)
    before = run(addresses, "list", "--json").output
    refused = run(addresses, "import", str(file), "--by", "anna", "--publish-by", "carl")
    assert (refused.exit_code, "尽快" in refused.output) == (1, True)
    assert run(addresses, "list", "--json").output == before
    cell = load_workbook(tmp_path / "broken.annotated.xlsx")["联动关系"][place]
    assert cell.fill.start_color.rgb.endswith("FFC7CE")
    note = cell.comment.text if cell.comment else ""
    assert "规则：" in note
    assert "处理：" in note


async def test_a_broken_file_over_http_names_its_cells(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{PATH}/2010-1/file")
    book = load_workbook(BytesIO(answer.content))
    book["检查表"]["E3"].value = " "
    target = BytesIO()
    book.save(target)
    plain = await http.post(f"{PATH}:import", params={"by": "anna"}, content=target.getvalue())
    told = plain.json()
    assert (plain.status_code, told["type"]) == (422, "urn:shenguan:problem:broken-file")
    assert [(fault["sheet"], fault["cell"], bool(fault["rule_zh"])) for fault in told["errors"]] == [
        ("检查表", "E3", True)
    ]
    asked_for = {"by": "anna", "annotated": "true"}
    noted = (await http.post(f"{PATH}:import", params=asked_for, content=target.getvalue())).json()
    assert load_workbook(BytesIO(b64decode(noted["annotated"])))["检查表"]["E3"].comment is not None


async def test_a_file_is_looked_at_without_keeping_anything(http: httpx.AsyncClient) -> None:
    workbook = (await http.get(f"{PATH}/2010-1/file")).content
    before = (await http.get(PATH)).json()
    looked = await http.post(f"{PATH}:import", params={"by": "anna", "preview": "true"}, content=workbook)
    told = looked.json()
    assert (looked.status_code, told["version"], told["links"], told["checklists"]) == (200, "2010-1", 1, 1)
    assert "NO_LIAISON" in {finding["rule"] for finding in told["findings"]}
    checked = await http.post(f"{PATH}:check", json=told["document"] | {"version": "looked-at", "by": "anna"})
    assert (checked.status_code, checked.json()["findings"]) == (200, told["findings"])
    broken = await http.post(f"{PATH}:check", json=told["document"] | {"checklists": [], "by": "anna"})
    assert broken.status_code == 422
    assert (await http.get(PATH)).json() == before


def test_a_file_is_drafted_submitted_and_published_in_one_go(addresses: Addresses, tmp_path: Path) -> None:
    file = tmp_path / "catalogue.json"
    document = a_catalogue_file("cli-1", effective_from="1999-01-01", effective_to="1999-06-01")
    file.write_text(json.dumps(document), encoding="utf-8")
    same = run(addresses, "import", str(file), "--by", "anna", "--publish-by", "anna")
    assert (same.exit_code, "anna" in same.output) == (1, True)
    done = run(addresses, "import", str(file), "--by", "anna", "--publish-by", "carl")
    assert (done.exit_code, "PUBLISHED" in done.output) == (0, True)
    assert "cli-1" in run(addresses, "list").output
    assert json.loads(run(addresses, "show", "cli-1", "--json").output)["links"][0]["code"] == "FOOD"
    file.write_text(json.dumps(document | {"links": []}), encoding="utf-8")
    refused = run(addresses, "import", str(file), "--by", "anna")
    assert (refused.exit_code, "cli-1" in refused.output) == (1, True)
