"""The directory as its keepers meet it: batches over HTTP, two CSV files on the command line, events on the stream."""

import json
from pathlib import Path

import httpx
import msgspec
import pytest
from nats.aio.client import Client
from typer.testing import CliRunner

from approval.cli.directory import app
from contracts.directory import DirectoryChanged
from tests.integration.approval.conftest import Addresses, is_problem, lines, ndjson

pytestmark = pytest.mark.servers

DEPARTMENTS = (
    "部门编码,部门名称,负责人,联络员,上级部门,并入部门\nCSV-FOOD,示例食药科,c-1,c-2,,\nCSV-OLD,示例旧科,,,,CSV-FOOD\n"
)
PEOPLE = "人员编码,姓名,部门编码,离岗日期,接任人\nc-1,赵甲,CSV-FOOD,,\nc-2,钱乙,CSV-FOOD,2020-03-01,c-1\n"


async def test_entries_are_listed_replaced_and_told_with_their_version(http: httpx.AsyncClient, broker: Client) -> None:
    listening = await broker.jetstream().subscribe("shenguan.approval.directory.changed.>", ordered_consumer=True)
    department = {"code": "HTTP-1", "name": "示例部门", "uscc": "91440101MA5C44W11J", "liaison": "h-1"}
    body = ndjson(department, department, department | {"name": "改名后"}, {"code": "", "name": "无"})
    answers = lines(await http.post("/api/v1/departments:batch", content=body))
    assert [(a["status"], a.get("version"), a.get("duplicate")) for a in answers] == [
        (201, 1, False),
        (200, 1, True),
        (200, 2, False),
        (422, None, None),
    ]
    person = {"code": "h-1", "name": "孙丙", "department": "HTTP-1"}
    answers = lines(await http.post("/api/v1/people:batch", content=ndjson(person, person | {"department": "NONE"})))
    assert [answer["status"] for answer in answers] == [201, 422]
    assert answers[1]["problem"]["errors"][0]["pointer"] == "/department"
    told = [msgspec.json.decode((await listening.next_msg(timeout=10)).data, type=DirectoryChanged) for _ in range(3)]
    assert sorted((event.aggregate, event.version) for event in told) == [
        ("DEPARTMENT:HTTP-1", 1),
        ("DEPARTMENT:HTTP-1", 2),
        ("PERSON:h-1", 1),
    ]
    assert all("孙丙" not in repr(event) for event in told)
    (found,) = (await http.get("/api/v1/people", params={"department": "HTTP-1"})).json()["items"]
    assert (found["name"], found["left_on"]) == ("孙丙", None)
    assert is_problem(await http.get("/api/v1/people", params={"department": "\x00"}), "invalid-content")


def test_two_files_become_the_directory_and_what_does_not_hold_together_is_named(
    addresses: Addresses, tmp_path: Path
) -> None:
    files = [tmp_path / "departments.csv", tmp_path / "people.csv"]
    files[0].write_text(DEPARTMENTS, encoding="utf-8-sig")
    files[1].write_text(PEOPLE, encoding="gb18030")
    for changed in (2, 0):
        done = CliRunner().invoke(app, ["import", *map(str, files), "--url", addresses.http])
        assert done.exit_code == 0, done.output
        assert done.output.count(f"变更 {changed} changed") == 2
    shown = CliRunner().invoke(app, ["show", "--json", "--url", addresses.http])
    told = json.loads(shown.output)
    assert {one["code"] for one in told["departments"]} >= {"CSV-FOOD", "CSV-OLD"}
    assert [one["en"] for one in told["amiss"] if one["entry"].startswith("CSV")] == ["liaison c-2 is not in office"]
    assert "示例食药科" in CliRunner().invoke(app, ["show", "--url", addresses.http]).output


def test_a_bad_line_is_named_and_ends_with_1(addresses: Addresses, tmp_path: Path) -> None:
    files = [tmp_path / "departments.csv", tmp_path / "people.csv"]
    files[0].write_text("code,name\nBAD-1,\n", encoding="utf-8")
    files[1].write_text("code,name,department,left_on\nb-1,周丁,BAD-1,someday\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import", *map(str, files), "--url", addresses.http])
    assert done.exit_code == 1
    assert done.output.count("line 1: ") == 2
    assert "`name`" in done.output
    assert "/left_on" in done.output
