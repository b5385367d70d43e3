"""Fixing: the day on which it is due, the digest, what differs, and how papers and pages say it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from starlette.requests import Request

from console.domain.assessment import MonthFigures, edition_of, parse
from console.domain.fixing import (
    Change,
    FixedRow,
    Fixing,
    Standing,
    by_department,
    changes,
    closes_on,
    digest_of,
    standing_of,
)
from console.forms import printed_assessment
from console.web.assessment import _page
from console.web.assessment_papers import document, on_paper, report_sheets, standing_text
from console.web.language import translations
from console.web.reports import Report
from console.web.session import Session, carry
from console.web.sheets import as_csv, as_xlsx
from kernel.calendar import Calendar, CalendarYear
from kernel.refusal import Refusal
from tests.unit.console.test_assessment import FOOD, NOVEMBER, TEXT, rules

AT = datetime(2026, 12, 8, 0, 0, 1, tzinfo=UTC)
ROWS = [
    FixedRow(region="640202", department="FOOD", figures=FOOD, progress={"tasks": 3}),
    FixedRow(region="640205", department="FOOD", figures=MonthFigures(red=1)),
    FixedRow(region="640202", department="IDLE", figures=MonthFigures(), progress={"tasks": 1}),
]
CASES = {"decided": 5}


def told(year: int, *free: date) -> CalendarYear:
    known: dict[str, Any] = {"working": frozenset(), "free": frozenset(free), "provisional": False, "source": "n"}
    return CalendarYear(year=year, version=1, **known)


@pytest.mark.parametrize(
    ("month", "late_workdays", "free", "closes"),
    [
        (NOVEMBER, 5, (), date(2026, 12, 7)),
        (NOVEMBER, 5, (date(2026, 12, 1),), date(2026, 12, 8)),
        (NOVEMBER, 0, (), date(2026, 11, 30)),
        (date(2026, 12, 1), 1, (), date(2027, 1, 1)),
        (date(2026, 2, 1), 1, (), date(2026, 3, 2)),
        (NOVEMBER, None, (), None),
    ],
)
def test_late_data_counts_for_some_workdays_after_the_month(
    month: date, late_workdays: int | None, free: tuple[date, ...], closes: date | None
) -> None:
    edition = replace(rules(), late_workdays=late_workdays)
    assert closes_on(month, edition, Calendar([told(2026, *free)])) == closes
    assert closes_on(month, None, Calendar()) is None


@pytest.mark.parametrize(
    ("today", "fixed", "standing"),
    [
        (date(2026, 11, 30), False, Standing.RUNNING),
        (date(2026, 12, 1), False, Standing.PROVISIONAL),
        (date(2027, 12, 1), False, Standing.PROVISIONAL),
        (date(2026, 12, 1), True, Standing.FIXED),
    ],
)
def test_a_month_runs_is_provisional_then_fixed(today: date, fixed: bool, standing: Standing) -> None:  # noqa: FBT001 - a case
    assert standing_of(NOVEMBER, today, fixed=fixed) is standing


def test_an_edition_is_the_same_after_it_was_kept() -> None:
    assert edition_of(rules().document()) == rules()


@pytest.mark.parametrize("said", ["late_workdays = -1", "late_workdays = 61", 'late_workdays = "5"'])
def test_a_period_for_late_data_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse(TEXT.replace("late_workdays = 5", said))
    assert refused.value.code == "invalid-score-rules"


def test_rules_of_a_deployment_without_the_period_are_still_read() -> None:
    assert parse(TEXT.replace("late_workdays = 5", ""))[0].late_workdays is None


def test_the_digest_is_that_of_every_figure_in_any_order() -> None:
    whole = digest_of(NOVEMBER, rules(), CASES, ROWS)
    assert digest_of(NOVEMBER, rules(), CASES, ROWS[::-1]) == whole
    others = [
        digest_of(date(2026, 10, 1), rules(), CASES, ROWS),
        digest_of(NOVEMBER, None, CASES, ROWS),
        digest_of(NOVEMBER, replace(rules(), red=6), CASES, ROWS),
        digest_of(NOVEMBER, rules(), {"decided": 6}, ROWS),
        digest_of(NOVEMBER, rules(), CASES, ROWS[:2]),
        digest_of(NOVEMBER, rules(), CASES, [replace(ROWS[0], progress={"tasks": 4}), *ROWS[1:]]),
        digest_of(NOVEMBER, rules(), CASES, [replace(ROWS[0], department="FIRE"), *ROWS[1:]]),
    ]
    assert len({whole, *others}) == 1 + len(others)


def test_a_department_is_its_regions_together() -> None:
    assert by_department(ROWS) == {"FOOD": replace(FOOD, red=2)}


def test_what_is_another_today_is_told_with_both_numbers() -> None:
    then, now = (
        {"FOOD": FOOD, "GONE": MonthFigures(urged=1)},
        {"FOOD": replace(FOOD, yellow=4), "NEW": MonthFigures(red=1)},
    )
    assert changes(then, now, rules()) == [
        Change("FOOD", "yellow", 3, 4),
        Change("FOOD", "score", 74.0, 73.0),
        Change("GONE", "urged", 1, 0),
        Change("GONE", "score", 99.0, 100.0),
        Change("NEW", "red", 0, 1),
        Change("NEW", "score", 100.0, 95.0),
    ]
    assert changes(then, then, rules()) == []
    assert {change.name for change in changes(then, now, None)} == {"yellow", "urged", "red"}


def fixing(**said: Any) -> Fixing:
    known: dict[str, Any] = {"fixing_id": "1", "month": NOVEMBER, "at": AT, "by": "office-1", "reason": "已核对"}
    known |= {"rules": rules(), "cases": CASES, "rows": 3, "sha256": digest_of(NOVEMBER, rules(), CASES, ROWS)}
    return Fixing(**known | said)


def report(**said: Any) -> Report:
    known: dict[str, Any] = {"month": NOVEMBER, "departments": by_department(ROWS), "rules": rules(), "calendar": True}
    known |= {"at": AT, "standing": Standing.FIXED, "closes_on": date(2026, 12, 7), "fixing": fixing(), "intact": True}
    return Report(**known | {"changes": [Change("FOOD", "yellow", 3, 4), Change("FOOD", "score", 69.0, 68.0)]} | said)


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ({}, "定格于 2026年12月8日 08:00，office-1", "Fixed at 8 Dec 2026 08:00 by office-1"),
        (
            {"fixing": fixing(by="")},
            "定格于 2026年12月8日 08:00，系统按期",
            "Fixed at 8 Dec 2026 08:00 by the system, when due",
        ),
        (
            {"fixing": None, "standing": Standing.PROVISIONAL, "at": datetime(2026, 12, 7, 15, 59, tzinfo=UTC)},
            "暂计：补报到 2026年12月7日 为止，之后定格",
            "Provisional: late data counts until 7 Dec 2026, then the month is fixed",
        ),
        (
            {"fixing": None, "standing": Standing.PROVISIONAL},
            "暂计：补报期已于 2026年12月7日 届满，还没有定格",
            "Provisional: the period for late data ended on 7 Dec 2026, the month is not fixed yet",
        ),
        (
            {"fixing": None, "standing": Standing.PROVISIONAL, "closes_on": None},
            "暂计：没有定补报期，由联动办定格",
            "Provisional: no period for late data is set, the linkage office fixes the month",
        ),
        (
            {"fixing": None, "standing": Standing.RUNNING},
            "这个月还没有结束，数字到现在为止",
            "The month is not over; the figures are those so far",
        ),
    ],
)
def test_how_the_figures_stand_is_said_in_both_languages(said: dict[str, Any], zh: str, en: str) -> None:
    told = [standing_text(report(**said), translations(language).gettext, language) for language in ("zh", "en")]
    assert told == [zh, en]


def test_the_document_says_when_by_whom_and_what_changed() -> None:
    told = document(report(), {})
    assert (told["standing"], told["late_until"]) == ("FIXED", "2026-12-07")
    assert told["fixed"] == {
        "at": "2026-12-08T00:00:01+00:00",
        "by": "office-1",
        "reason": "已核对",
        "rows": 3,
        "sha256": fixing().sha256,
        "intact": True,
    }
    assert told["changes"][0] == {"department": "FOOD", "name": "yellow", "fixed": 3, "today": 4}
    assert document(report(fixing=None, standing=Standing.PROVISIONAL, changes=()), {})["fixed"] is None


def test_paper_and_table_show_both_numbers() -> None:
    names = {"FOOD": "市场监管局"}
    made = printed_assessment(on_paper(report(), names), date(2026, 12, 9))
    assert made.archival
    text = (
        "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages).replace("\n", "").replace(" ", "")
    )
    for said in (
        "定格于2026年12月8日08:00，office-1",
        "定格以后的更正：市场监管局黄牌3→4",
        "得分69.0→68.0",
        "与各行相符",
    ):
        assert said in text, said
    book = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(report_sheets(report(), names, "zh"))))
    assert book.get_sheet_by_name("定格以后的更正").to_python() == [
        ["监管部门", "项目", "定格时", "今天"],
        ["市场监管局", "黄牌", "3", "4"],
        ["市场监管局", "得分", "69.0", "68.0"],
    ]
    assert "Corrected since it was fixed" in as_csv(report_sheets(report(), names, "en")).decode()


class Told:
    """What the page asks for."""

    names: Any = None

    def __init__(self, told: Report) -> None:
        self._told = told
        self.names = self

    async def of(self, _month: str) -> Report:
        return self._told

    async def departments(self) -> dict[str, str]:
        return {}

    def asking(self, _request: Request) -> None: ...

    def now(self) -> datetime:
        return AT


async def shown(told: Report, *departments: str, role: str = "LINKAGE_OFFICE", refusal: Refusal | None = None) -> str:
    scope = {"type": "http", "method": "GET", "path": "/board/report", "query_string": b"", "headers": []}
    session = Session(
        person="office-1", token="t", roles=(role,), departments=departments or ("*",), until=9e9, forms="f"
    )
    carry(scope, session)
    reports: Any = Told(told)
    return bytes((await _page(Request(scope), reports, "", None, refusal)).body).decode()


async def test_the_page_offers_fixing_to_whom_it_is_for_until_it_is_fixed() -> None:
    provisional = report(fixing=None, standing=Standing.PROVISIONAL, changes=())
    assert 'action="/board/report/fix"' in await shown(provisional)
    assert 'action="/board/report/fix"' not in await shown(provisional, role="SUPERVISOR")
    assert 'action="/board/report/fix"' not in await shown(provisional, "FOOD")
    assert 'action="/board/report/fix"' not in await shown(report(fixing=None, standing=Standing.RUNNING, changes=()))
    fixed = await shown(report())
    assert 'action="/board/report/fix"' not in fixed
    for said in (
        "定格于 2026年12月8日 08:00，office-1",
        "已核对",
        fixing().sha256,
        "定格以后的更正",
        "<td",
        "69.0",
        "68.0",
    ):
        assert said in fixed, said


async def test_the_page_says_why_a_month_was_not_fixed() -> None:
    refusal = Refusal(code="calendar-unknown", zh="没有日历", en="no calendar", status=409)
    said = await shown(report(fixing=None, standing=Standing.PROVISIONAL, changes=()), refusal=refusal)
    assert "没有日历" in said
    assert '<details class="card-plain" open>' in said
