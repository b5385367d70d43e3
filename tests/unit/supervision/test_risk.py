"""When an object is classified anew: decisions, grades, rules, and overrides that begin, are confirmed, end and expire."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.event import Subject
from contracts.risk import RiskClassified
from kernel.credit import Grade
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from kernel.risk import RiskCause, RiskClass
from supervision import handlers
from supervision.domain.catalogue import Risk
from supervision.domain.risk import RiskTable
from supervision.domain.risk_object import ReclassifyObject, RiskAct
from supervision.domain.risk_override import ConfirmOverride, EndOverride, OverrideRisk, OverrideState
from tests.fakes.risk import TABLE
from tests.fakes.supervised import (
    NOON,
    TODAY,
    a_link,
    a_version,
    an_inspection,
    assessed,
    corrected,
    decided,
    later,
    published,
)
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office

A, B, C, D = RiskClass
OTHERS = Subject(id_type="099", id_no="S2", kind="ORGANISATION", name="某公司")


@pytest.fixture
def office() -> Office:
    """Two items: 1006 of medium risk, 1007 of high; O1 holds the first."""
    links = (a_link(), a_link("OTHER", item_code="1007", checklist="OTHER-5", risk=Risk.HIGH))
    found = Office(furnished(a_version(*links)))
    found.does(handlers.on_case_decided, decided())
    return found


def kept(office: Office) -> Any:
    return office.database.risk.rows["chicago", "O1"]


def told(office: Office) -> list[tuple[str, RiskClass | None, RiskClass]]:
    return [(event.cause.value, event.previous, event.risk_class) for event in office.classes]


def ordered(letter: RiskClass = D, days: int = 9, **changes: Any) -> OverrideRisk:
    plain: dict[str, Any] = {
        "source_system": "chicago",
        "object_no": "O1",
        "by": "head-1",
        "risk_class": letter,
        "reason": "专项整治",
        "valid_to": TODAY + timedelta(days=days),
    }
    return OverrideRisk(**plain | changes)


def confirmed(by: str = "head-2") -> ConfirmOverride:
    return ConfirmOverride(source_system="chicago", object_no="O1", by=by)


def ended(by: str = "head-1") -> EndOverride:
    return EndOverride(source_system="chicago", object_no="O1", by=by, reason="整治结束")


def refused(office: Office, handle: Any, command: Any) -> str:
    before = (dict(office.database.risk.rows), dict(office.database.risk.overrides), len(office.database.said))
    with pytest.raises(Refusal) as refusal:
        office.does(handle, command)
    after = (office.database.risk.rows, office.database.risk.overrides, len(office.database.said))
    assert after == before
    return refusal.value.code


def sweep(office: Office) -> None:
    office.does(handlers.reclassify_object, ReclassifyObject("chicago", "O1"))


class TestCauses:
    def test_the_first_decision_gives_the_object_its_class(self, office: Office) -> None:
        (event,) = office.classes
        assert (event.previous, event.risk_class, event.version, event.grade) == (None, B, 1, None)
        assert (event.item_risk, event.cause, event.table) == ("MEDIUM", RiskCause.DECISION, "2026-1")
        assert [(r.basis.value, r.value, r.about) for r in event.reasons] == [
            ("GRADE", "", ""),
            ("ITEM", "MEDIUM", "1006"),
        ]
        assert (kept(office).items, kept(office).risk_class) == (("1006",), B)

    def test_a_further_item_of_higher_risk_raises_the_class_and_its_end_lowers_it(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", object_version=2, item_code="1007"))
        office.does(
            handlers.on_case_decided, decided("C3", object_version=3, item_code="1007", kind=DecisionKind.REVOKE)
        )
        assert told(office)[1:] == [("DECISION", B, C), ("DECISION", C, B)]
        assert kept(office).items == ("1006",)

    def test_a_renewal_changes_nothing_and_is_silent(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", object_version=2, kind=DecisionKind.RENEW))
        assert len(office.classes) == 1

    def test_a_correction_takes_the_item_of_the_earlier_revision_away(self, office: Office) -> None:
        office.does(handlers.on_case_corrected, corrected(item_code="1007"))
        assert kept(office).items == ("1007",)
        assert told(office)[1:] == [("DECISION", B, C)]

    def test_a_correction_of_an_old_case_leaves_what_later_cases_said(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", object_version=2, kind=DecisionKind.CANCEL))
        office.does(handlers.on_case_corrected, corrected(object_version=3))
        assert kept(office).items == ()

    def test_a_grade_reaches_every_object_of_the_subject_and_no_other(self, office: Office) -> None:
        office.does(handlers.on_case_decided, decided("C2", "O2"))
        other = decided("C3", "O3", subject=OTHERS)
        office.does(handlers.on_case_decided, other)
        office.does(handlers.on_grade_changed, assessed(1, Grade.D))
        rows = office.database.risk.rows
        assert [rows["chicago", no].risk_class for no in ("O1", "O2", "O3")] == [D, D, B]
        assert told(office)[3:] == [("GRADE", B, D), ("GRADE", B, D)]

    def test_an_older_grade_changes_nothing(self, office: Office) -> None:
        office.does(handlers.on_grade_changed, assessed(2, Grade.D))
        office.does(handlers.on_grade_changed, assessed(1, Grade.A))
        assert kept(office).risk_class is D

    def test_a_new_object_of_a_graded_subject_begins_with_that_grade(self, office: Office) -> None:
        office.does(handlers.on_grade_changed, assessed(1, Grade.D))
        office.does(handlers.on_case_decided, decided("C2", "O2"))
        assert office.last(RiskClassified).risk_class is D

    def test_an_object_known_from_an_inspection_has_a_class_and_gets_its_holder_later(self, office: Office) -> None:
        office.does(handlers.conclude_inspection, an_inspection(object_no="O9"))
        office.does(handlers.on_grade_changed, assessed(1, Grade.D))
        office.does(handlers.on_case_decided, decided("C9", "O9"))
        mine = [event for event in office.classes if event.object.object_no == "O9"]
        assert [(event.cause, event.risk_class) for event in mine] == [
            (RiskCause.INSPECTION, B),
            (RiskCause.DECISION, D),
        ]

    def test_another_table_or_catalogue_classifies_anew(self, office: Office) -> None:
        first = TABLE.editions[0]
        strict = replace(first, version="2", classes=dict.fromkeys(first.classes, D))
        office.database.risk.table = RiskTable((strict,))
        sweep(office)
        sweep(office)
        assert told(office)[1:] == [("RULES", B, D)]
        office.database.risk.table = TABLE
        high = a_version(a_link(risk=Risk.HIGH), version="2011-1", effective_from=date(2011, 1, 1))
        office.database.versions.append(published(high))
        sweep(office)
        assert told(office)[2:] == [("RULES", D, C)]
        assert [(c.act, c.cause, c.by) for c in office.database.risk.changes] == [
            (RiskAct.CLASSIFIED, RiskCause.RULES, "system")
        ] * 2


class TestOverrides:
    def test_one_that_raises_the_class_counts_at_once(self, office: Office) -> None:
        override, again = office.does(handlers.override_risk, ordered())
        assert (again, override.state(TODAY)) == (False, OverrideState.RUNNING)
        event = office.classes[-1]
        assert (event.previous, event.risk_class, event.override, event.by) == (B, D, D, "head-1")
        assert (event.reasons[-1].value, event.reasons[-1].about) == ("D", override.override_id)

    def test_one_that_lowers_it_waits_for_a_second_person(self, office: Office) -> None:
        override, _ = office.does(handlers.override_risk, ordered(A))
        assert (override.state(TODAY), kept(office).risk_class) == (OverrideState.PENDING, B)
        assert refused(office, handlers.confirm_override, confirmed("head-1")) == "second-person-needed"
        office.does(handlers.confirm_override, confirmed())
        office.does(handlers.confirm_override, confirmed())
        assert told(office)[1:] == [("OVERRIDE", B, A)]
        assert refused(office, handlers.confirm_override, confirmed("head-3")) == "override-not-pending"
        assert [(c.act.value, c.by, c.previous, c.risk_class) for c in office.database.risk.changes] == [
            ("ORDERED", "head-1", B, B),
            ("CONFIRMED", "head-2", B, B),
            ("CLASSIFIED", "head-2", B, A),
        ]

    def test_one_nobody_confirmed_never_lowers_whatever_the_grade_does(self, office: Office) -> None:
        office.does(handlers.override_risk, ordered(C))
        office.does(handlers.on_grade_changed, assessed(1, Grade.D))
        assert kept(office).risk_class is D

    def test_the_same_again_is_a_duplicate_and_another_is_refused(self, office: Office) -> None:
        first, _ = office.does(handlers.override_risk, ordered())
        assert office.does(handlers.override_risk, ordered()) == (first, True)
        assert refused(office, handlers.override_risk, ordered(C)) == "override-open"
        assert refused(office, handlers.override_risk, ordered(by="head-2")) == "override-open"

    def test_it_ends_early_with_a_reason_also_while_it_waits(self, office: Office) -> None:
        assert refused(office, handlers.end_override, ended()) == "override-none"
        for letter in (D, A):
            office.does(handlers.override_risk, ordered(letter))
            over = office.does(handlers.end_override, ended())
            assert (over.ended_by, over.end_reason, over.state(TODAY)) == ("head-1", "整治结束", OverrideState.ENDED)
        assert told(office)[1:] == [("OVERRIDE", B, D), ("OVERRIDE", D, B)]
        assert kept(office).override_id == ""

    def test_what_is_not_in_the_register_cannot_be_overridden(self, office: Office) -> None:
        for handle, command in (
            (handlers.override_risk, ordered(object_no="O7")),
            (handlers.confirm_override, replace(confirmed(), object_no="O7")),
            (handlers.end_override, replace(ended(), object_no="O7")),
        ):
            assert refused(office, handle, command) == "not-found"

    def test_it_is_over_by_itself_after_its_last_day(self, office: Office) -> None:
        office.does(handlers.override_risk, ordered(days=1))
        office.now = later(1)
        sweep(office)
        assert kept(office).risk_class is D
        office.now = later(2)
        sweep(office)
        sweep(office)
        event = office.classes[-1]
        assert (event.cause, event.previous, event.risk_class, event.by) == (RiskCause.OVERRIDE, D, B, "system")
        assert event.at == datetime(2011, 9, 3, 16, tzinfo=UTC)
        assert [change.act.value for change in office.database.risk.changes][-2:] == ["EXPIRED", "CLASSIFIED"]
        assert told(office)[1:] == [("OVERRIDE", B, D), ("OVERRIDE", D, B)]

    def test_a_late_sweep_equals_punctual_ones(self, office: Office) -> None:
        twin = Office(replace(office.database, risk=replace(office.database.risk), said=[]))
        for each, days in ((office, range(60)), (twin, [59])):
            each.does(handlers.override_risk, ordered(days=20, valid_from=TODAY + timedelta(days=10)))
            for day in days:
                each.now = later(day)
                sweep(each)
        late = [(e.at, e.previous, e.risk_class, e.version) for e in twin.classes]
        assert late == [(e.at, e.previous, e.risk_class, e.version) for e in office.classes[1:]]
        assert len(late) == 2

    def test_a_grade_that_comes_before_the_sweep_finds_the_override_over(self, office: Office) -> None:
        office.does(handlers.override_risk, ordered(days=1))
        office.now = later(30)
        office.does(handlers.on_grade_changed, assessed(1, Grade.C))
        assert told(office)[2:] == [("OVERRIDE", D, B), ("GRADE", B, C)]

    def test_after_one_is_over_another_may_be_ordered(self, office: Office) -> None:
        office.does(handlers.override_risk, ordered(days=1))
        office.now = NOON + timedelta(days=2)
        second, again = office.does(handlers.override_risk, ordered(C, days=5))
        assert (again, kept(office).risk_class, kept(office).override_id) == (False, C, second.override_id)

    @pytest.mark.parametrize(
        ("changes", "pointer"), [({"reason": " "}, "/reason"), ({"by": ""}, "/by"), ({"by": "张三"}, "/by")]
    )
    def test_it_needs_a_reason_and_a_person(self, changes: dict[str, Any], pointer: str) -> None:
        with pytest.raises(Refusal) as refusal:
            ordered(**changes)
        assert [fault.pointer for fault in refusal.value.faults] == [pointer]
