"""The templates of board and assessment are whole: with numbers and with none, for who may open tasks and who may not."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from starlette.requests import Request

from console.domain.assessment import MonthFigures
from console.domain.fixing import Standing
from console.web import clocks
from console.web.assessment_papers import COLUMNS, shown_of
from console.web.board import STATES, by_department, shades, stages, stands
from console.web.forms import Typed
from console.web.rendering import page
from console.web.reports import Report

DAY = date(2026, 11, 1)
STAGES = ("decided", "pushed", "unmatched", "tasks", "claimed", "claimed_in_time", "concluded")
DUE = dict.fromkeys(clocks.URGENCIES, 1)


def request(path: str, language: str = "zh") -> Request:
    headers = [(b"cookie", f"shenguan_view={language}".encode())]
    return Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers})


def board(counts: list[dict[str, Any]], language: str, fixed: dict[str, int] | None = None) -> str:
    rows, figures = (
        by_department(counts, [{"department": "A", **DUE}] if counts else []),
        dict.fromkeys(STAGES, len(counts)),
    )
    shown: dict[str, Any] = {"funnel": figures, "stages": stages(figures), "first": DAY, "rows": rows}
    shown |= {
        "shade": shades(rows),
        "months": [stands({"month": DAY, "fixed": fixed} | figures)],
        "highest": len(counts),
    }
    shown |= {"due": {span: (clocks.URGENCIES[span], 1) for span in DUE}, "spans": clocks.SPANS}
    answer = page(
        request("/board", language), "board.html", **shown, departments={}, states=STATES, stream="/board?since=N"
    )
    return bytes(answer.body).decode()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_board_is_whole_with_numbers_and_with_none(language: str) -> None:
    counts = {"department": "A", "state": "CLOSED", "tasks": 5, "open": 0, "red": 1, "yellow": 0}
    for said in (board([], language), board([counts], language)):
        assert "/board/export.xlsx" in said
        assert "/board/report" in said
        assert 'href="/tasks' not in said, "nobody is signed in"


@pytest.mark.parametrize(("language", "said"), [("zh", "今天 1"), ("en", "today 1")])
def test_a_fixed_month_of_the_trend_shows_both_numbers_where_they_differ(language: str, said: str) -> None:
    counts = {"department": "A", "state": "CLOSED", "tasks": 5, "open": 0, "red": 1, "yellow": 0}
    shown = board([counts], language, dict.fromkeys(STAGES, 1) | {"concluded": 7})
    assert shown.count(said) == 1
    assert '"trend": [[1], [1], [1], [7]]' in shown, "the chart is that of the table"
    assert said not in board([counts], language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_assessment_is_whole_with_numbers_and_with_none(language: str) -> None:
    at = datetime(2026, 12, 1, tzinfo=UTC)
    report = Report(month=DAY, departments={}, rules=None, calendar=False, at=at, standing=Standing.PROVISIONAL)
    shown: dict[str, Any] = {"columns": COLUMNS, "months": [DAY], "standing": "", "digest": "", "changes": []}
    shown |= {"fixes": True, "typed": Typed(), "wrong": None, "once": "1"}
    for rows in ([], [("A", shown_of(MonthFigures(received=3)), 80.0), ("合计", shown_of(MonthFigures()), None)]):
        answer = page(request("/board/report", language), "assessment.html", report=report, rows=rows, **shown)
        said = bytes(answer.body).decode()
        assert "/board/report.pdf?month=2026-11" in said
        assert ("80.0" in said) is bool(rows)
