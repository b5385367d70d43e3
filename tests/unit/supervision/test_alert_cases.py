"""Which inspections count for an alert, who is told, and what is never counted."""

from datetime import date, timedelta
from typing import Any

import pytest

from contracts.watch import AlertRaised
from kernel.alert import AlertRule
from kernel.refusal import Refusal
from supervision.domain.alert_rules import parse
from supervision.domain.watch import Office as Posts
from supervision.handlers import alerts, conclude_inspection, on_case_decided
from tests.fakes.alerts import SHIPPED, early_rules
from tests.fakes.supervised import TODAY, an_inspection, decided
from tests.fakes.supervision import FakeWork, furnished
from tests.unit.supervision.conftest import Office


@pytest.fixture
def office() -> Office:
    made = Office(furnished())
    made.database.alert_rules = early_rules()
    for number in range(1, 8):
        made.does(on_case_decided, decided(f"C{number}", f"O{number}"))
    return made


def inspect(office: Office, number: int, **changes: Any) -> None:
    office.does(conclude_inspection, an_inspection(f"I{number}", f"O{number}", **changes))


def raised(office: Office) -> list[tuple[AlertRule, str, int]]:
    return [(alert.rule, alert.key, alert.number) for alert in office.database.alerts]


def test_the_second_inspection_without_a_shown_code_raises_an_alert_and_each_after_it(office: Office) -> None:
    for number in (1, 2, 3):
        inspect(office, number, code_shown=False)
    assert raised(office) == [
        (AlertRule.CODE_NOT_SHOWN, "DEMO-FOOD", 1),
        (AlertRule.CODE_NOT_SHOWN, "DEMO-FOOD", 2),
    ]
    told = office.last(AlertRaised)
    assert (told.facts, told.region, told.source_system) == (("chicago:I3",), "640202", "chicago")
    assert told.aggregate == "CODE_NOT_SHOWN:DEMO-FOOD:2011"


@pytest.mark.parametrize(
    "said", [{}, {"code_shown": True}, {"code_shown": False, "code_excuse": "紧急抢险"}, {"code_shown": None}]
)
def test_a_code_not_known_of_or_excused_never_counts(office: Office, said: dict[str, Any]) -> None:
    for number in range(1, 6):
        inspect(office, number, **said)
    assert raised(office) == []


def test_the_same_inspection_sent_again_counts_once(office: Office) -> None:
    inspect(office, 1, code_shown=False)
    inspect(office, 1, code_shown=False)
    assert raised(office) == []


def test_an_inspection_sent_again_with_another_word_on_the_code_differs(office: Office) -> None:
    inspect(office, 1)
    with pytest.raises(Refusal, match="inspection-differs"):
        inspect(office, 1, code_shown=False)


def test_three_frequent_visits_in_a_county_raise_an_alert_for_the_linkage_office(office: Office) -> None:
    days = [TODAY - timedelta(days=n) for n in (40, 30, 20, 10)]
    for number, day in enumerate(days, start=1):
        inspect(office, number, inspected_on=day, for_cause=(None, False)[number % 2])
    assert raised(office) == [(AlertRule.FREQUENT_CHECK, "640202", 1)]
    assert [notice.person for notice in office.database.notices.values()] == ["LINKAGE_OFFICE:640202"]


def test_a_joint_visit_of_one_day_and_visits_for_a_cause_are_no_frequent_visits(office: Office) -> None:
    for number in (1, 2, 3):
        inspect(office, number, for_cause=False)
    for number in (4, 5, 6):
        inspect(office, number, for_cause=True, inspected_on=TODAY - timedelta(days=number))
    assert office.database.tallies == {}


def test_an_object_nobody_registered_has_no_enterprise_to_count_for(office: Office) -> None:
    for number, day in enumerate((TODAY, TODAY - timedelta(days=1)), start=20):
        inspect(office, number, for_cause=False, inspected_on=day)
    assert (office.database.visits, office.database.tallies) == (set(), {})


def test_head_and_superior_of_the_department_are_told_by_name_when_they_are_known(office: Office) -> None:
    office.database.offices["DEMO-FOOD"] = Posts(department="DEMO-FOOD", head="wang")
    for number in (1, 2):
        inspect(office, number, code_shown=False)
    assert [(n.person, n.kind, n.fact) for n in office.database.notices.values()] == [
        ("wang", "ALERT", "CODE_NOT_SHOWN:DEMO-FOOD:2011:1"),
        ("SUPERIOR:DEMO-FOOD", "ALERT", "CODE_NOT_SHOWN:DEMO-FOOD:2011:1"),
    ]


def test_referrals_outside_the_system_and_poor_ones_count_too(office: Office) -> None:
    for number, task in enumerate(office.database.tasks.values(), start=1):
        work = FakeWork(office.database)
        if number <= 3:
            alerts.referred_off_system(work, task, date(2011, 9, 2))
        if number <= 5:
            alerts.supplement_asked(work, task, 1, date(2011, 9, 2))
        work.commit()
    assert raised(office) == [
        (AlertRule.OFF_SYSTEM_REFERRAL, "DEMO-FOOD", 1),
        (AlertRule.REFERRAL_QUALITY, "DEMO-FOOD", 1),
    ]


def test_inspections_before_the_first_rule_never_count() -> None:
    office = Office(furnished())
    office.database.alert_rules = parse(SHIPPED)
    office.does(on_case_decided, decided())
    for number in range(1, 6):
        sent = an_inspection(f"I{number}", "O1", code_shown=False, inspected_on=TODAY - timedelta(days=number))
        office.does(conclude_inspection, sent)
    assert (office.database.tallies, office.database.visits) == ({}, set())
