"""Results on their way to everybody: what is owed, by when, who may show it, and what comes of delay."""

from datetime import date, datetime
from typing import Any

import pytest

from contracts.publicity import ResultPublicised
from contracts.watch import CardIssued
from kernel.calendar import CalendarYear
from kernel.clock import CHINA
from kernel.deadline import DeadlineState, Step
from kernel.sweep import TakeStep
from supervision import handlers
from supervision.domain.inspection import ConcludeTask
from supervision.domain.publicity.commands import (
    PublicisePublication,
)
from supervision.domain.publicity.words import PublicationState, PublicityMode
from tests.fakes.publicity import early
from tests.fakes.supervised import a_report, an_inspection, decided, later
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.publicity import (
    DUE,
    acts,
    clocks,
    inspected,
    notices,
    opened,
    publicised,
    refused,
)


@pytest.fixture
def office() -> Office:
    return opened()


class TestScope:
    def test_a_concluded_routine_check_is_owed_to_the_public_for_twenty_workdays(self, office: Office) -> None:
        publication = inspected(office)
        assert (publication.state, publication.version, publication.department) == (
            PublicationState.PENDING,
            0,
            "DEMO-FOOD",
        )
        assert (publication.content.matter_code, publication.content.matter_name) == ("99999900000001", "食品经营检查")
        assert publication.content.subject_name == "某餐馆"
        assert publication.content.result_class == ""
        (clock,) = clocks(office, "PUBLICISE")
        assert (clock.state, clock.due_on) == (DeadlineState.RUNNING, DUE)

    def test_the_clock_outlives_the_task_and_is_none_of_its_own(self, office: Office) -> None:
        publication = inspected(office)
        assert office.states() == ["CLOSED"]
        assert clocks(office, "PUBLICISE")[0].owner == publication.publication_no

    def test_a_report_that_comes_late_does_not_lengthen_the_time(self, office: Office) -> None:
        office.now = later(10)
        inspected(office)
        assert clocks(office, "PUBLICISE")[0].due_on == DUE

    def test_the_matter_is_the_checklist_where_the_link_names_no_item(self) -> None:
        office = Office(furnished())
        office.database.publicity.rules = early()
        office.does(handlers.on_case_decided, decided())
        assert inspected(office).content.matter_code == "FOOD-44"

    @pytest.mark.parametrize(
        ("changes", "owed"),
        [
            ({}, 1),
            ({"purposes": frozenset({"COMMITMENT"})}, 0),
            ({"items": frozenset({"99999900000001"})}, 1),
            ({"items": frozenset({"99999900000002"})}, 0),
            ({"effective_from": date(2011, 9, 2)}, 1),
            ({"effective_from": date(2011, 9, 3)}, 0),
        ],
    )
    def test_what_is_owed_is_what_the_edition_of_the_day_says(self, changes: dict[str, Any], owed: int) -> None:
        office = opened(**changes)
        office.does(handlers.conclude_inspection, an_inspection())
        assert len(office.database.publicity.rows) == owed

    @pytest.mark.parametrize(
        ("object_no", "changes", "owed"),
        [
            ("O1", {"ad_hoc": True}, 1),
            ("O1", {}, 0),
            ("UNKNOWN", {"ad_hoc": True}, 0),
            ("UNKNOWN", {"ad_hoc": True, "provisional": True}, 1),
        ],
    )
    def test_ad_hoc_checks_and_unknown_objects_are_left_out_unless_the_edition_takes_them(
        self, object_no: str, changes: dict[str, Any], owed: int
    ) -> None:
        office = opened(**changes)
        check = an_inspection(object_no=object_no, inspectors=("fire-1", "fire-2"), lines=())
        office.does(handlers.conclude_inspection, check)
        assert len(office.database.publicity.rows) == owed

    def test_the_same_inspection_again_is_owed_once(self, office: Office) -> None:
        inspected(office)
        inspected(office)
        assert len(clocks(office, "PUBLICISE")) == 1


class TestPublicising:
    def test_a_colleague_who_did_not_inspect_publicises_and_it_is_told(self, office: Office) -> None:
        inspected(office, failed=("1",))
        publication = publicised(office)
        assert (publication.state, publication.version) == (PublicationState.PUBLICISED, 1)
        assert (publication.publicised_on, publication.content.result_class) == (date(2011, 9, 2), "PENDING_MEASURES")
        assert clocks(office, "PUBLICISE")[0].state is DeadlineState.MET
        event = office.last(ResultPublicised)
        assert (event.publication_no, event.version, event.by) == (publication.publication_no, 1, "clerk")
        assert (event.result_class, event.due_on, event.matter_code) == ("PENDING_MEASURES", DUE, "99999900000001")
        assert acts(office) == [(1, "PUBLICISED", "clerk")]

    def test_an_officer_who_inspected_does_not_publicise(self, office: Office) -> None:
        number = inspected(office).publication_no
        command = PublicisePublication(publication_no=number, by="orange-1")
        assert refused(office, handlers.publicise_result, command) == "second-person-needed"

    def test_somebody_of_another_department_does_not_publicise(self, office: Office) -> None:
        number = inspected(office).publication_no
        for by in ("fire-1", "nobody"):
            command = PublicisePublication(publication_no=number, by=by)
            assert refused(office, handlers.publicise_result, command) == "person-elsewhere"

    def test_the_class_the_officers_gave_stands_and_the_publisher_may_name_another(self, office: Office) -> None:
        inspected(office, failed=("1",), result_class="UNREACHABLE")
        assert publicised(office).content.result_class == "UNREACHABLE"
        other = opened()
        inspected(other, failed=("1",), result_class="UNREACHABLE")
        assert publicised(other, result_class="UNCOOPERATIVE").content.result_class == "UNCOOPERATIVE"

    @pytest.mark.parametrize(
        ("said", "code"), [("NO_PROBLEM", "result-class-contradicts"), ("NONSENSE", "result-class-unknown")]
    )
    def test_a_class_that_does_not_stand_for_the_result_is_refused(self, office: Office, said: str, code: str) -> None:
        command = an_inspection("I0", failed=("1",), result_class=said)
        assert refused(office, handlers.conclude_inspection, command) == code
        number = inspected(office, failed=("1",)).publication_no
        publicise = PublicisePublication(publication_no=number, by="clerk", result_class=said)
        assert refused(office, handlers.publicise_result, publicise) == code

    def test_the_same_again_changes_nothing_and_another_wish_is_refused(self, office: Office) -> None:
        number = inspected(office, failed=("1",)).publication_no
        publicised(office)
        command = PublicisePublication(publication_no=number, by="clerk")
        assert office.does(handlers.publicise_result, command)[1] is True
        assert len(acts(office)) == 1
        for other in ({"by": "head"}, {"by": "clerk", "result_class": "UNREACHABLE"}):
            command = PublicisePublication(publication_no=number, **other)
            assert refused(office, handlers.publicise_result, command) == "already-publicised"

    def test_an_unknown_publication_is_not_found(self, office: Office) -> None:
        command = PublicisePublication(publication_no="NONE", by="clerk")
        assert refused(office, handlers.publicise_result, command) == "not-found"

    def test_where_the_edition_says_so_it_is_publicised_at_once_by_the_system(self) -> None:
        office = opened(mode=PublicityMode.AUTO)
        publication = inspected(office, failed=("1",), result_class="UNREACHABLE")
        assert (publication.state, publication.shown_by) == (PublicationState.PUBLICISED, "system")
        assert publication.content.result_class == "UNREACHABLE"
        assert clocks(office, "PUBLICISE")[0].state is DeadlineState.MET
        assert office.last(ResultPublicised).due_on == DUE


class TestLadder:
    def test_a_result_nobody_publicised_leads_to_reminders_and_cards_for_the_department(self, office: Office) -> None:
        inspected(office)
        (clock,) = clocks(office, "PUBLICISE")
        office.now = later(40)
        for _ in Step:
            office.does(handlers.take_step, TakeStep(clock.deadline_id))
        cards = [(e.card, e.at) for e in office.database.said if isinstance(e, CardIssued)]
        assert cards == [
            (Step.YELLOW, datetime(2011, 10, 1, tzinfo=CHINA)),
            (Step.RED, datetime(2011, 10, 5, tzinfo=CHINA)),
        ]
        assert notices(office) == [
            *(("HALF", "clerk"), ("BEFORE", "clerk"), ("YELLOW", "clerk"), ("YELLOW", "head")),
            *(("RED", "clerk"), ("RED", "head"), ("RED", "boss")),
        ]
        assert all("公示时限 2011-09-30" in each.zh for each in office.database.notices.values())

    def test_what_is_publicised_late_is_publicised_all_the_same(self, office: Office) -> None:
        inspected(office)
        office.now = later(40)
        assert publicised(office).publicised_on == date(2011, 10, 12)
        assert clocks(office, "PUBLICISE")[0].state is DeadlineState.MET


def spring_2026() -> CalendarYear:
    """Spring Festival: free from Sunday 02-15 to Monday 02-23, Saturdays 02-14 and 02-28 are worked."""
    free = frozenset(date(2026, 2, day) for day in (16, 17, 18, 19, 20, 23))
    return CalendarYear(
        year=2026,
        version=1,
        working=frozenset({date(2026, 2, 14), date(2026, 2, 28)}),
        free=free,
        provisional=False,
        source="test",
    )


@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 2, 10), date(2026, 3, 16)),
        (date(2026, 2, 27), date(2026, 3, 26)),
        (date(2026, 3, 2), date(2026, 3, 30)),
    ],
)
def test_twenty_workdays_skip_the_festival_and_count_the_saturdays_that_are_worked(on: date, due: date) -> None:
    office = opened()
    office.database.years = {2026: spring_2026()}
    office.now = datetime(on.year, on.month, on.day, 12, tzinfo=CHINA)
    (task,) = office.database.tasks
    office.does(handlers.conclude_task, ConcludeTask(task_id=task, report=a_report(inspected_on=on)))
    assert clocks(office, "PUBLICISE")[0].due_on == due
