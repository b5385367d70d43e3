"""A notice of the State Council becomes a year, faulty rows are named, and an official year stays official."""

from datetime import date

import pytest

from approval import seed
from approval.api.notices import read_notice
from approval.domain.notice import SeedCalendar, TellYear, noticed_year, wanted
from approval.handlers import seed_calendar, tell_year
from contracts.calendar import CalendarChanged
from contracts.event import Event
from kernel.calendar import Calendar, CalendarYear
from kernel.refusal import Refusal

SPRING = """起始日期,截止日期,类型,说明
2027-01-01,2027-01-03,放假,元旦
2027/2/5,2027/2/11,放假,春节
2027年2月20日,,上班,调休
"""


class Work:
    """ports.CalendarWork in memory."""

    region = "640202"

    def __init__(self, *years: CalendarYear) -> None:
        self.calendar = Calendar(years)
        self.said: list[Event] = []

    def keep_year(self, year: CalendarYear) -> None:
        self.calendar = Calendar([*self.calendar.told, year])

    def publish(self, event: Event) -> None:
        self.said.append(event)


def read(text: str, *, year: int | None = None, provisional: bool = False) -> CalendarYear:
    return noticed_year(read_notice(text.encode()), year=year, source="国办发明电〔2026〕9号", provisional=provisional)


def faults(text: str, year: int | None = None) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        read(text, year=year)
    assert refused.value.code == "invalid-content"
    assert all(fault.zh and fault.en for fault in refused.value.faults)
    return {fault.pointer: fault.zh for fault in refused.value.faults}


def test_only_what_deviates_from_monday_to_friday_is_kept() -> None:
    year = read(SPRING)
    assert year.free == {date(2027, 1, 1), *(date(2027, 2, day) for day in (5, 8, 9, 10, 11))}
    assert year.working == {date(2027, 2, 20)}
    assert (year.year, year.provisional) == (2027, False)


def test_every_faulty_cell_is_told_at_once_with_its_row() -> None:
    found = faults("起始日期,截止日期,类型\n2027-13-01,,放假\n2027-01-01,someday,休\n2027-01-02,,假期\n")
    assert list(found) == ["/rows/2/起始日期", "/rows/3/截止日期", "/rows/4/类型"]
    assert found["/rows/4/类型"].startswith("第 4 行")


def test_rows_that_cannot_be_meant_are_told() -> None:
    found = faults(
        "起始日期,截止日期,类型\n2027-01-04,,上班\n2027-03-02,2027-03-01,放假\n2027-05-01,2027-07-01,放假\n2026-12-31,,放假\n",
        year=2027,
    )
    assert list(found) == ["/rows/2", "/rows/3", "/rows/4", "/rows/5"]


def test_a_day_cannot_be_both() -> None:
    assert list(faults("日期,类型\n2027-02-20,上班\n2027-02-20,放假\n")) == ["/rows/3"]


def test_a_weekend_of_the_old_year_may_stand_in_the_notice_of_the_new_one() -> None:
    text = "日期,截止日期,类型\n2028-12-30,2029-01-01,放假\n"
    assert read(text, year=2029).free == {date(2029, 1, 1)}
    assert list(faults(text)) == ["/year"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("日期\n2027-01-01\n", "类型"),
        ("日期,类型,颜色\n", "颜色"),
        ("日期,类型\n", ""),
        ("日期,起始日期,类型\n", "起始日期"),
    ],
    ids=["missing", "unknown", "no rows", "twice"],
)
def test_a_table_of_another_shape_is_refused(text: str, pointer: str) -> None:
    assert list(faults(text)) == [pointer]


def test_a_notice_without_a_source_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        noticed_year(read_notice(SPRING.encode()), year=None, source=" ", provisional=False)
    assert [fault.pointer for fault in refused.value.faults] == ["/source"]


def test_each_change_has_its_version_and_is_told_once() -> None:
    work = Work()
    first = tell_year(work, TellYear(told=read(SPRING)))
    again = tell_year(work, TellYear(told=read(SPRING)))
    other = tell_year(work, TellYear(told=read(SPRING + "2027-05-03,,放假,劳动节\n")))
    assert [(r.year.version, r.duplicate) for r in (first, again, other)] == [(1, False), (1, True), (2, False)]
    assert [(e.year, e.version) for e in work.said if isinstance(e, CalendarChanged)] == [(2027, 1), (2027, 2)]
    assert isinstance(work.said[1], CalendarChanged)
    assert work.said[1].calendar_year == other.year


def test_an_official_year_does_not_become_provisional() -> None:
    work = Work()
    tell_year(work, TellYear(told=read(SPRING)))
    with pytest.raises(Refusal, match="calendar-official"):
        tell_year(work, TellYear(told=read(SPRING + "2027-05-03,,放假,\n", provisional=True)))
    assert len(work.said) == 1


def test_the_seed_is_official_then_guessed_and_taken_over_once() -> None:
    work = Work()
    official, guessed = tuple(seed.official_years()), tuple(seed.guessed_years())
    assert [year.provisional for year in official] == [False] * len(official)
    assert [(year.year, year.provisional) for year in guessed] == [(2027, True), (2028, True)]
    assert seed_calendar(work, SeedCalendar(years=official + guessed)) == list(range(2004, 2029))
    assert seed_calendar(work, SeedCalendar(years=official + guessed)) == []
    assert len(work.said) == 25
    assert not work.calendar.is_workday(date(2027, 2, 8))


def test_the_seed_never_overwrites_a_notice_and_confirms_a_guess() -> None:
    guess = CalendarYear(
        year=2027,
        version=1,
        working=frozenset(),
        free=frozenset(),
        provisional=True,
        source="holidays",
    )
    notice = tell_year(Work(guess), TellYear(told=read(SPRING))).year
    assert notice.version == 2
    library = CalendarYear(
        year=2027,
        version=0,
        working=frozenset(),
        free=frozenset({date(2027, 1, 1)}),
        provisional=False,
        source="chinesecalendar",
    )
    assert wanted(Calendar([notice]), [library]) == []
    assert [year.version for year in wanted(Calendar([guess]), [library])] == [2]
