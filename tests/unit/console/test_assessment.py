"""The monthly assessment: shares, score, rules, and the report on paper and in a table."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import console
from console.domain.assessment import MonthFigures, ScoreRules, parse, rules_of, totals
from console.domain.fixing import Standing
from console.forms import printed_assessment
from console.web.assessment_papers import document, on_paper, report_sheets
from console.web.reports import Report
from console.web.sheets import as_xlsx
from kernel.refusal import Refusal

RULES = Path(console.__file__).parent / "assessment.toml"
TEXT = RULES.read_text(encoding="utf-8")
NOVEMBER = date(2026, 11, 1)
FOOD = MonthFigures(
    received=10, claimed=6, claim_missed=2, concluded=5, concluded_in_time=4, overdue=2, yellow=3, red=1, workdays=22
)
FIRE = MonthFigures(received=2, urged=30)


def rules() -> ScoreRules:
    return parse(TEXT)[0]


def report(**changes: object) -> Report:
    known: dict[str, object] = {"month": NOVEMBER, "departments": {"FIRE": FIRE, "FOOD": FOOD}, "rules": rules()}
    known |= {"calendar": True, "at": datetime(2026, 12, 1, 1, tzinfo=UTC), "standing": Standing.PROVISIONAL}
    return Report(**(known | changes))  # type: ignore[arg-type] # as told above


def test_shares_are_of_what_was_due() -> None:
    assert (FOOD.claim_rate, FOOD.conclude_rate, FOOD.average_workdays) == (0.75, 0.8, 4.4)
    assert (FIRE.claim_rate, FIRE.conclude_rate, FIRE.average_workdays) == (None, None, None)


def test_the_score_is_as_the_rules_have_it() -> None:
    assert rules().score(FOOD) == 40 * 0.75 + 40 * 0.8 + (20 - 3 * 1 - 1 * 5)
    assert rules().score(FIRE) == 40 + 40, "nothing was due, and what is taken off ends at nothing"


def test_all_together_is_counted_not_averaged() -> None:
    both = totals({"A": FOOD, "B": MonthFigures(claimed=2, concluded=5, workdays=3)})
    assert (both.claim_rate, both.average_workdays) == (0.8, 2.5)


def test_the_rules_say_where_they_are_from_and_that_nobody_confirmed_them() -> None:
    assert [(each.source != "", each.confirmed) for each in parse(TEXT)] == [(True, False)]


def test_a_month_has_the_rules_of_its_first_day() -> None:
    later = TEXT + TEXT.replace('"2026-1"', '"2026-2"').replace("2026-01-01", "2026-11-02")
    editions = parse(later)
    assert [getattr(rules_of(editions, day), "version", None) for day in (date(2025, 12, 1), NOVEMBER)] == [
        None,
        "2026-1",
    ]
    december = rules_of(editions, date(2026, 12, 1))
    assert december is not None
    assert december.version == "2026-2"


@pytest.mark.parametrize("change", [("yellow = 1", "yellow = -1"), ('source = "', 'sauce = "'), ("claimed = 40", "")])
def test_rules_that_are_not_whole_are_refused(change: tuple[str, str]) -> None:
    with pytest.raises(Refusal) as refused:
        parse(TEXT.replace(*change))
    assert refused.value.code == "invalid-score-rules"


def test_the_table_has_numbers_and_the_best_first() -> None:
    sheets = report_sheets(report(), {"FOOD": "市场监管局"}, "zh")
    table = CalamineWorkbook.from_filelike(BytesIO(as_xlsx(sheets))).get_sheet_by_name("2026年11月").to_python()
    assert [row[0] for row in table] == ["监管部门", "FIRE", "市场监管局", "合计"]
    food = dict(zip(table[0], table[2], strict=True))
    shown = {"接收任务": 10, "按时认领率 %": 75, "按时办结率 %": 80, "平均办结工作日": 4.4, "得分": 74}
    assert {name: food[name] for name in shown} == shown
    assert dict(zip(table[0], table[1], strict=True))["按时认领率 %"] == ""


def test_the_paper_says_what_it_rests_on() -> None:
    made = printed_assessment(on_paper(report(), {"FOOD": "市场监管局"}), date(2026, 12, 1))
    assert made.archival
    text = (
        "".join(page.extract_text() for page in PdfReader(BytesIO(made.pdf)).pages).replace("\n", "").replace(" ", "")
    )
    for said in ("审管联动月度考核", "2026年11月", "市场监管局", "75.0%", "4.4", "未经主管部门确认", "2026年12月1日"):
        assert said in text, said


def test_without_rules_there_is_no_score_and_without_a_calendar_it_is_said() -> None:
    bare = report(rules=None, calendar=False)
    told = document(bare, {})
    assert [each["score"] for each in told["departments"]] == [None, None]
    assert told["rules"] is None
    said = "".join(on_paper(bare, {}).notes)
    assert "没有得分" in said
    assert "周一至周五" in said
