"""The calendar as people meet it: seeded at the start, told by a notice, counted day by day, over HTTP and `shenguan`."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from approval.cli.calendar import app
from contracts.calendar import CalendarChanged
from tests.integration.approval.conftest import Addresses, is_problem

pytestmark = pytest.mark.servers

NOTICE = (
    "起始日期,截止日期,类型,说明\n2027-01-01,2027-01-03,放假,元旦\n2027-02-05,2027-02-11,放假,春节\n2027-02-20,,上班,\n"
)


def ran(addresses: Addresses, *words: str) -> Any:
    return CliRunner().invoke(app, [*words, "--url", addresses.http], env={"COLUMNS": "200"})


async def events(http: httpx.AsyncClient) -> list[dict[str, Any]]:
    told = [json.loads(line) for line in (await http.get("/ops/v1/events")).text.splitlines()]
    return [event for event in told if event["type"] == f"cn.shenguan.{CalendarChanged.fact}.v1"]


async def test_a_new_service_knows_the_official_years_and_guesses_two(http: httpx.AsyncClient) -> None:
    years = (await http.get("/api/v1/calendar-years")).json()["items"]
    assert [(each["year"], each["provisional"]) for each in years[-3:]] == [(2026, False), (2027, True), (2028, True)]
    assert years[0]["year"] == 2004
    assert len(await events(http)) >= len(years) == 25


async def test_one_year_shows_its_days_and_an_unknown_one_is_not_found(http: httpx.AsyncClient) -> None:
    year = (await http.get("/api/v1/calendar-years/2026")).json()
    assert "2026-02-17" in year["free"]
    assert "2026-02-14" in year["working"]
    assert year["workdays"] == 248
    assert is_problem(await http.get("/api/v1/calendar-years/1999"), "not-found")


async def test_a_limit_is_counted_day_by_day(http: httpx.AsyncClient) -> None:
    asked = {"from": "2026-02-13", "limit": "2wd"}
    told = (await http.get("/api/v1/deadline-count", params=asked)).json()
    assert (told["due_on"], told["due_at"], told["provisional"]) == ("2026-02-24", "2026-02-24T16:00:00Z", False)
    days = {each["day"]: (each["number"], each["zh"]) for each in told["days"]}
    assert days["2026-02-13"] == (None, ["起算日"])
    assert days["2026-02-14"] == (1, ["调休上班"])
    assert days["2026-02-17"] == (None, ["节假日"])
    assert days["2026-02-22"] == (None, ["休息日"])
    assert days["2026-02-24"] == (2, ["到期日"])


async def test_hours_are_counted_from_an_instant(http: httpx.AsyncClient) -> None:
    asked = {"from": "2026-03-02T09:00:00+08:00", "limit": "24h"}
    told = (await http.get("/api/v1/deadline-count", params=asked)).json()
    assert told["due_at"] == "2026-03-03T01:00:00Z"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"from": "2026-03-02", "limit": "2 weeks"}, "limit-not-valid"),
        ({"from": "2026-03-02", "limit": "2000d"}, "count-too-long"),
        ({"from": "9999-12-31", "limit": "2wd"}, "invalid-content"),
        ({"from": "tomorrow", "limit": "2wd"}, "invalid-content"),
        ({"limit": "2wd"}, "invalid-content"),
    ],
)
async def test_what_cannot_be_counted_is_refused(http: httpx.AsyncClient, asked: dict[str, str], code: str) -> None:
    assert is_problem(await http.get("/api/v1/deadline-count", params=asked), code)


async def test_a_notice_makes_a_year_official_and_is_told_once(http: httpx.AsyncClient) -> None:
    before = len(await events(http))
    asked = {"source": "国办发明电〔2026〕9号"}
    first = await http.post("/api/v1/calendar-years", content=NOTICE.encode(), params=asked)
    assert (first.status_code, first.json()["version"], first.json()["provisional"]) == (201, 2, False)
    again = await http.post("/api/v1/calendar-years", content=NOTICE.encode("gb18030"), params=asked)
    assert (again.status_code, again.json()["duplicate"]) == (200, True)
    assert len(await events(http)) == before + 1
    counted = await http.get("/api/v1/deadline-count", params={"from": "2027-02-04", "limit": "1wd"})
    assert counted.json()["due_on"] == "2027-02-12"


async def test_a_notice_may_come_as_json(http: httpx.AsyncClient) -> None:
    body = {"year": 2030, "source": "示例通知", "working": ["2030-02-09"], "free": ["2030-02-04", "2030-02-02"]}
    answer = await http.post("/api/v1/calendar-years", json=body)
    assert answer.status_code == 201
    assert answer.json()["free"] == ["2030-02-04"]
    wrong = await http.post("/api/v1/calendar-years", json=body | {"working": ["2030-02-04"]})
    assert is_problem(wrong, "invalid-content")
    assert [fault["pointer"] for fault in wrong.json()["errors"]] == ["/working/0"]


async def test_a_faulty_file_changes_nothing(http: httpx.AsyncClient) -> None:
    before = (await http.get("/api/v1/calendar-years")).json()
    wrong = NOTICE + "2027-03-01,,上班,周一\n"
    answer = await http.post("/api/v1/calendar-years", content=wrong.encode(), params={"source": "示例"})
    assert is_problem(answer, "invalid-content")
    assert answer.json()["errors"][0]["zh"].startswith("第 5 行")
    assert (await http.get("/api/v1/calendar-years")).json() == before


def test_the_command_line_imports_shows_and_counts(addresses: Addresses, tmp_path: Path) -> None:
    notice = tmp_path / "notice.csv"
    notice.write_text("日期,类型\n2031-01-01,放假\n", encoding="utf-8")
    kept = ran(addresses, "import", str(notice), "--source", "示例通知")
    assert (kept.exit_code, "第 1 版" in kept.output) == (0, True)
    listed = ran(addresses, "show")
    assert "chinesecalendar" in listed.output
    assert json.loads(ran(addresses, "show", "2031", "--json").output)["free"] == ["2031-01-01"]
    counted = ran(addresses, "count", "--from", "2026-03-02", "--limit", "2wd")
    assert "2026-03-04 24:00 届满" in counted.output
    assert "到期日" in counted.output


def test_the_command_line_names_what_is_wrong_and_fails(addresses: Addresses, tmp_path: Path) -> None:
    notice = tmp_path / "notice.csv"
    notice.write_text("日期,类型\n2031-01-01,假\n", encoding="utf-8")
    refused = ran(addresses, "import", str(notice), "--source", "示例通知")
    assert refused.exit_code == 1
    assert "第 2 行" in refused.output
    assert ran(addresses, "show", "1991").exit_code == 1
    assert ran(addresses, "count", "--from", "2026-03-02", "--limit", "x").exit_code == 1


@pytest.mark.parametrize("command", ["import", "show", "count"])
def test_every_command_helps_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert "例 / example: shenguan calendar" in shown.output
    assert "--json" in shown.output
