"""The life of a site visit: approved by a second person, announced with a code, entered on its day, reminded of."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.visit import VisitChanged
from kernel.refusal import Refusal
from kernel.visit import VisitState
from supervision import handlers
from supervision.domain.visits import SiteVisit
from supervision.domain.visits.commands import RemindVisit, ScanVisit
from supervision.domain.visits.rating import RateVisit, shown
from tests.fakes.supervised import NOON, TODAY, later
from tests.fakes.visit_commands import announce, approve, cancel, enter, finish
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.visiting import asked, kept, notices, office, refused, told

__all__ = ["office"]


class TestVerbs:
    def test_a_visit_is_approved_by_somebody_else(self, office: Office) -> None:
        visit = asked(office)
        assert refused(office, approve(visit, "orange-1")) == "second-person-needed"
        assert office.does(*approve(visit)).approved_by == "head-1"
        assert office.does(*approve(visit)).version == 2
        assert refused(office, approve(visit, "head-2")) == "visit-not-now"

    def test_nobody_is_told_before_it_is_approved(self, office: Office) -> None:
        assert refused(office, announce(asked(office))) == "visit-not-now"

    def test_the_enterprise_is_told_who_when_why_which_law_how_often_and_what_it_may_do(self, office: Office) -> None:
        visit = told(office, 3)
        (notice,) = notices(office, "VISIT_ANNOUNCED")
        assert notice.person == "ENTERPRISE:S1"
        for word in (
            *("DEMO-FOOD", "2011-09-05", "宁A-0001", "年度计划检查", "食品安全法第一百一十条", "食品安全监督检查"),
            *("已用 1 次、上限 2 次", "申请回避", visit.code, visit.number),
        ):
            assert word in notice.zh
        assert "1 of 2 used" in notice.en

    def test_announcing_again_gives_out_no_other_code(self, office: Office) -> None:
        visit = told(office)
        assert office.does(*announce(visit)).code == visit.code
        assert len(notices(office, "VISIT_ANNOUNCED")) == 1

    def test_only_one_of_its_officers_enters_and_only_on_its_days(self, office: Office) -> None:
        visit = told(office, 1)
        assert refused(office, enter(visit)) == "visit-not-today"
        office.now = later(1)
        assert refused(office, enter(visit, by="fire-1")) == "officer-not-of-visit"
        assert office.does(*enter(visit)).visited_on == TODAY + timedelta(days=1)

    def test_officers_may_come_some_days_late_but_never_in_another_year(self, office: Office) -> None:
        first, second = told(office, 0), told(office, 0, planned_on=date(2011, 12, 30))
        office.now = later(6)
        assert refused(office, enter(first)) == "visit-not-today"
        office.now = later((date(2012, 1, 1) - TODAY).days)
        assert refused(office, enter(second)) == "visit-not-today"
        office.now = later((date(2011, 12, 31) - TODAY).days)
        assert office.does(*enter(second)).state is VisitState.ENTERED

    def test_the_code_scanned_at_the_door_is_that_of_the_visit(self, office: Office) -> None:
        visit = told(office)
        assert refused(office, enter(visit, code="ANOTHER")) == "visit-code-differs"
        assert office.does(*enter(visit, code=visit.code)).scanned_at == NOON

    def test_the_enterprise_scans_and_the_first_time_counts(self, office: Office) -> None:
        visit = told(office)
        assert office.does(handlers.scan_visit, ScanVisit(code=visit.code)).scanned_at == NOON
        office.now = later(1)
        assert office.does(handlers.scan_visit, ScanVisit(code=visit.code)).scanned_at == NOON
        assert refused(office, (handlers.scan_visit, ScanVisit(code="GUESSED"))) == "visit-code-unknown"

    def test_an_emergency_is_announced_at_the_door_once_it_is_approved(self, office: Office) -> None:
        visit = asked(office, exemption="EMERGENCY")
        assert refused(office, enter(visit)) == "visit-not-now"
        office.does(*approve(visit))
        entered = office.does(*enter(visit))
        assert (entered.state, bool(entered.code)) == (VisitState.ENTERED, True)
        assert entered.code in notices(office, "VISIT_ANNOUNCED")[0].zh

    def test_no_other_visit_is_entered_unannounced(self, office: Office) -> None:
        visit = asked(office)
        office.does(*approve(visit))
        assert refused(office, enter(visit)) == "visit-not-now"

    def test_a_finished_visit_never_changes_again(self, office: Office) -> None:
        visit = told(office)
        assert refused(office, finish(visit)) == "visit-not-now"
        office.does(*enter(visit))
        assert refused(office, cancel(visit)) == "visit-not-now"
        assert office.does(*finish(visit)).state is VisitState.DONE
        assert office.does(*finish(visit)).version == kept(office, visit).version
        for doing in (approve(visit), announce(visit), enter(visit), cancel(visit)):
            assert refused(office, doing) == "visit-not-now"

    def test_an_enterprise_that_was_told_is_told_that_nobody_comes(self, office: Office) -> None:
        office.does(*cancel(asked(office, 5)))
        assert notices(office, "VISIT_CANCELLED") == []
        visit = told(office, 6)
        office.does(*cancel(visit))
        (notice,) = notices(office, "VISIT_CANCELLED")
        assert visit.number in notice.zh
        assert "计划调整" in notice.zh

    def test_every_step_leaves_its_trace_and_is_told_without_the_code(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit, code=visit.code))
        office.does(*finish(visit))
        steps = [(change.act, change.by) for change in office.database.visiting.changes]
        assert steps == [
            ("REQUEST", "orange-1"),
            ("APPROVE", "head-1"),
            ("ANNOUNCE", "orange-1"),
            ("ENTER", "orange-1"),
            ("SCAN", "orange-1"),
            ("FINISH", "orange-1"),
        ]
        events = [event for event in office.database.said if isinstance(event, VisitChanged)]
        assert [(event.act, event.version) for event in events] == [
            (act, number) for number, (act, _) in enumerate(steps, start=1)
        ]
        assert not any(visit.code in str(event) for event in events)

    def test_a_visit_nobody_knows_is_not_found(self, office: Office) -> None:
        stranger = replace(asked(office), visit_no="nobody")
        for doing in (approve(stranger), announce(stranger), enter(stranger), finish(stranger), cancel(stranger)):
            assert refused(office, doing) == "not-found"


class TestReminders:
    def remind(self, office: Office, visit: SiteVisit, days: int) -> int:
        """How many reminders there are once this day has come."""
        office.now = later(days)
        office.does(handlers.remind_visit, RemindVisit(visit_no=visit.visit_no, by="system"))
        return len(notices(office, "VISIT_WAITING"))

    def test_whoever_requested_it_is_reminded_the_day_before_in_each_state(self, office: Office) -> None:
        visit = asked(office, 5)
        assert self.remind(office, visit, 3) == 0
        assert self.remind(office, visit, 4) == 1
        assert self.remind(office, visit, 4) == 1
        office.does(*approve(visit))
        assert self.remind(office, visit, 4) == 1
        assert self.remind(office, visit, 5) == 2
        told_of = notices(office, "VISIT_WAITING")
        assert {notice.person for notice in told_of} == {"orange-1"}
        assert ["尚未审批" in told_of[0].zh, "尚未告知" in told_of[1].zh] == [True, True]

    def test_a_visit_nobody_made_is_to_be_cancelled_once_its_last_day_is_over(self, office: Office) -> None:
        visit = told(office, 5)
        assert self.remind(office, visit, 10) == 0
        assert self.remind(office, visit, 11) == 1
        assert "退还频次" in notices(office, "VISIT_WAITING")[0].zh

    def test_nobody_is_reminded_of_what_is_over(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit))
        assert kept(office, visit).remind_on is None
        other = asked(office, 9)
        office.does(*cancel(other))
        assert kept(office, other).remind_on is None


class TestRatings:
    def rate(self, visit: SiteVisit, stars: int = 5, note: str = "规范") -> tuple[Any, RateVisit]:
        return handlers.rate_visit, RateVisit(code=visit.code, stars=stars, note=note)

    def test_an_enterprise_rates_a_visit_once_after_somebody_came(self, office: Office) -> None:
        visit = told(office)
        assert refused(office, self.rate(visit)) == "visit-not-now"
        office.does(*enter(visit))
        assert office.does(*self.rate(visit)) is False
        office.does(*finish(visit))
        assert office.does(*self.rate(visit)) is True
        assert refused(office, self.rate(visit, stars=1)) == "visit-rated"
        assert office.database.visiting.ratings[visit.visit_no].stars == 5

    def test_a_rating_leaves_no_step_and_tells_nobody(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit))
        before = (len(office.database.visiting.changes), len(office.database.said), len(office.database.notices))
        office.does(*self.rate(visit))
        after = (len(office.database.visiting.changes), len(office.database.said), len(office.database.notices))
        assert after == before

    def test_a_code_ends_some_days_after_the_visit(self, office: Office) -> None:
        visit = told(office)
        office.does(*enter(visit))
        office.now += timedelta(days=office.database.visiting.rules.editions[0].code_days)
        assert office.does(*self.rate(visit)) is False
        office.now += timedelta(days=1)
        assert refused(office, self.rate(visit)) == "visit-code-unknown"
        assert refused(office, (handlers.scan_visit, ScanVisit(code=visit.code))) == "visit-code-unknown"

    def test_a_code_nobody_gave_out_rates_nothing(self, office: Office) -> None:
        assert refused(office, (handlers.rate_visit, RateVisit(code="GUESSED", stars=1))) == "visit-code-unknown"

    @pytest.mark.parametrize(("stars", "note", "pointer"), [(0, "", "/stars"), (6, "", "/stars"), (3, "a\0b", "/note")])
    def test_what_is_wrong_with_a_rating_is_named(self, stars: int, note: str, pointer: str) -> None:
        with pytest.raises(Refusal) as refusal:
            RateVisit(code="X", stars=stars, note=note)
        assert [fault.pointer for fault in refusal.value.faults] == [pointer]

    def test_few_ratings_are_not_shown_and_many_are_averaged(self) -> None:
        assert shown({5: 3, 1: 1}, 5) == {"ratings": None, "average": None, "stars": None}
        spread = {"1": 1, "2": 0, "3": 0, "4": 1, "5": 3}
        assert shown({5: 3, 1: 1, 4: 1}, 5) == {"ratings": 5, "average": 4.0, "stars": spread}
