"""Bars on fakes: by a decision or by an annulment for deceit, for one flagged item, never longer than the law."""

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.approval import CaseDecided
from contracts.constraint import BarEnded, BarImposed, BarLifted
from contracts.event import Event
from credit.domain.bar import BarState
from credit.domain.commands import MergeSubject, Reassess, SplitSubject
from credit.domain.constraint_commands import ImposeBar, LiftBar, Named
from credit.handlers import (
    impose_bar,
    lift_bar,
    merge_subject,
    on_case_decided,
    on_inspection_concluded,
    on_item_listed,
    reassess,
    split_subject,
)
from kernel.credit import BarKind
from kernel.decision import DecisionKind
from kernel.refusal import Refusal
from kernel.subject import SubjectKey
from tests.fakes.credit import CONSTRAINTS, FakeDatabase, FakeWork, told
from tests.fakes.credit_constraints import a_bar, an_annulment, an_item, named
from tests.fakes.credit_inspections import an_inspection

S1, S2 = SubjectKey("099", "S1"), SubjectKey("099", "S2")


@pytest.fixture
def database() -> FakeDatabase:
    database = FakeDatabase()
    told(database, on_item_listed, an_item(), an_item("PLAIN", flagged=False))
    database.said.clear()
    return database


def bars(events: list[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, BarImposed | BarLifted | BarEnded)]


def lift(bar_id: str, by: str = "xy-2", reason: str = "决定已撤销") -> LiftBar:
    return LiftBar(bar_id=bar_id, by=by, reason=reason)


@pytest.mark.parametrize(
    ("kind", "item", "article", "ends_on"),
    [
        (BarKind.REFUSAL, "SAFE", "行政许可法第七十八条", "2013-03-01"),
        (BarKind.ANNULMENT, "SAFE", "行政许可法第七十九条", "2015-03-01"),
        (BarKind.PROCUREMENT, "", "政府采购法第二十二条", "2015-03-01"),
    ],
)
def test_a_bar_lasts_as_long_as_its_law_and_ends_by_itself(
    database: FakeDatabase, kind: BarKind, item: str, article: str, ends_on: str
) -> None:
    (imposed,) = bars(told(database, impose_bar, a_bar(kind, item)))
    assert isinstance(imposed, BarImposed)
    assert (imposed.legal_basis, str(imposed.starts_on), str(imposed.ends_on)) == (article, "2012-03-01", ends_on)
    assert (imposed.item_code, imposed.document_no, imposed.by) == (item, "决1号", "xy-1")
    assert database.roots[S1].due_on == date.fromisoformat(ends_on).replace(day=2)
    assert told(database.on(ends_on), reassess, Reassess(subject=S1)) == []
    (ended,) = told(database.on(str(database.roots[S1].due_on)), reassess, Reassess(subject=S1))
    assert isinstance(ended, BarEnded)
    assert str(ended.ended_on) == str(date.fromisoformat(ends_on).replace(day=2))
    assert (database.bars[imposed.bar_id].state, database.roots[S1].due_on) == (BarState.ENDED, None)
    assert told(database.on("2031-01-01"), reassess, Reassess(subject=S1)) == []


days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


@given(st.sampled_from(list(BarKind)), days, st.integers(0, 2000))
def test_no_bar_outlives_its_law(kind: BarKind, decided_on: date, later: int) -> None:
    years = {BarKind.REFUSAL: 1, BarKind.ANNULMENT: 3, BarKind.PROCUREMENT: 3}[kind]
    last = CONSTRAINTS.bars[kind].ends(decided_on)
    assert (last.year, last.month) == (decided_on.year + years, decided_on.month)
    assert last.day == decided_on.day or (decided_on.month, decided_on.day, last.day) == (2, 29, 28)
    database = FakeDatabase().on(str(decided_on))
    told(database, on_item_listed, an_item())
    item = "" if kind is BarKind.PROCUREMENT else "SAFE"
    told(database, impose_bar, a_bar(kind, item, on=str(decided_on)))
    day = date.fromordinal(decided_on.toordinal() + later)
    told(database.on(str(day)), reassess, Reassess(subject=S1))
    (bar,) = database.bars.values()
    assert bar.in_force_on(day) is (day <= last)
    assert (bar.state is BarState.IN_FORCE) is (day <= last)


@pytest.mark.parametrize(
    ("command", "code", "says"),
    [
        (a_bar(item="PLAIN"), "item-not-public-safety", "第七十八条"),
        (a_bar(item="UNKNOWN"), "item-not-public-safety", "未登记"),
        (a_bar(BarKind.ANNULMENT, "PLAIN"), "item-not-public-safety", "第七十九条"),
        (a_bar(item=""), "invalid-content", "/item_code"),
        (a_bar(BarKind.PROCUREMENT, "SAFE"), "invalid-content", "/item_code"),
        (a_bar(on="2012-03-02"), "invalid-content", "/decided_on"),
        (a_bar(document=""), "invalid-content", "/document_no"),
        (a_bar(by=""), "invalid-content", "/by"),
        (replace(a_bar(), department=""), "invalid-content", "/department"),
        (replace(a_bar(), source_system=""), "invalid-content", "/source_system"),
        (replace(a_bar(), subject=named("a b")), "invalid-content", "/subject/id_no"),
    ],
)
def test_what_may_not_be_barred_is_refused_and_changes_nothing(
    database: FakeDatabase, command: ImposeBar, code: str, says: str
) -> None:
    with pytest.raises(Refusal) as refused:
        told(database, impose_bar, command)
    assert refused.value.code == code
    assert says in str(refused.value) + "".join(fault.pointer for fault in refused.value.faults)
    assert (database.roots, database.said) == ({}, [])


def test_told_again_it_changes_nothing_and_of_another_day_it_is_refused(database: FakeDatabase) -> None:
    told(database, impose_bar, a_bar())
    assert told(database, impose_bar, a_bar()) == []
    with pytest.raises(Refusal, match="bar-differs"):
        told(database, impose_bar, a_bar(on="2012-02-01"))
    told(database, on_item_listed, an_item("OTHER"))
    told(database, impose_bar, a_bar(item="OTHER"), a_bar(of="S2"))
    assert len(database.bars) == 3


def test_it_is_lifted_once_from_the_day_on(database: FakeDatabase) -> None:
    told(database, impose_bar, a_bar())
    (lifted,) = told(database.on("2012-06-01"), lift_bar, lift(a_bar().bar_id))
    assert isinstance(lifted, BarLifted)
    assert (str(lifted.lifted_on), lifted.by, lifted.reason) == ("2012-06-01", "xy-2", "决定已撤销")
    bar = database.bars[lifted.bar_id]
    assert (bar.in_force_on(date(2012, 5, 31)), bar.in_force_on(date(2012, 6, 1))) == (True, False)
    with pytest.raises(Refusal, match="bar-not-in-force"):
        told(database, lift_bar, lift(a_bar().bar_id))


def test_why_a_natural_person_is_barred_no_more_is_kept_but_not_told(database: FakeDatabase) -> None:
    person = Named(key=SubjectKey("111", "P" + "0A" * 20), kind="PERSON")
    command = replace(a_bar(), subject=person)
    told(database, impose_bar, command)
    (lifted,) = told(database, lift_bar, lift(command.bar_id, reason="张三申诉成立"))
    assert isinstance(lifted, BarLifted)
    assert (lifted.reason, database.bars[lifted.bar_id].ended_reason) == ("", "张三申诉成立")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (lift(a_bar().bar_id, by=""), "invalid-content"),
        (lift(a_bar().bar_id, reason=""), "invalid-content"),
        (lift("1b671a64-40d5-491e-99b0-da01ff1f3341"), "not-found"),
    ],
)
def test_what_cannot_be_lifted_is_refused(database: FakeDatabase, command: LiftBar, code: str) -> None:
    told(database, impose_bar, a_bar())
    with pytest.raises(Refusal, match=code):
        told(database, lift_bar, command)


def test_one_whose_last_day_is_over_ends_by_itself_and_is_not_lifted(database: FakeDatabase) -> None:
    told(database, impose_bar, a_bar())
    with pytest.raises(Refusal, match="bar-not-in-force"):
        told(database.on("2014-01-01"), lift_bar, lift(a_bar().bar_id))


def test_a_bar_makes_no_grade_and_one_decided_long_ago_ends_at_once(database: FakeDatabase) -> None:
    said = told(database.on("2020-01-01"), impose_bar, a_bar())
    assert [type(event) for event in bars(said)] == [BarImposed, BarEnded]
    assert database.roots[S1].standing is None


def test_an_annulment_for_deceit_bars_the_holder_for_three_years_once(database: FakeDatabase) -> None:
    (imposed,) = bars(told(database, on_case_decided, an_annulment(), an_annulment()))
    assert isinstance(imposed, BarImposed)
    assert (imposed.kind, imposed.item_code, imposed.document_no) == (BarKind.ANNULMENT, "SAFE", "许1号")
    assert (str(imposed.ends_on), imposed.by, imposed.subject.id_no) == ("2015-03-01", "system", "S1")
    assert bars(told(database, on_case_decided, an_annulment())) == []
    assert bars(told(database, on_case_decided, an_annulment(revision=2))) == []


def test_without_a_licence_number_the_case_is_the_document(database: FakeDatabase) -> None:
    (imposed,) = bars(told(database, on_case_decided, an_annulment(licence="")))
    assert isinstance(imposed, BarImposed)
    assert imposed.document_no == "C-9"


@pytest.mark.parametrize(
    "event", [an_annulment("PLAIN"), an_annulment(deceit=False), an_annulment(kind=DecisionKind.REVOKE)]
)
def test_another_item_or_another_ground_bars_nobody(database: FakeDatabase, event: CaseDecided) -> None:
    assert bars(told(database, on_case_decided, event)) == []


def test_an_item_credit_has_not_heard_of_is_asked_for_again_and_changes_nothing(database: FakeDatabase) -> None:
    with pytest.raises(Refusal) as refused:
        told(database, on_case_decided, an_annulment("NEW"))
    assert (refused.value.code, refused.value.retryable) == ("item-behind", True)
    assert (database.roots, database.holders) == ({}, {})
    told(database, on_item_listed, an_item("NEW"))
    assert len(bars(told(database, on_case_decided, an_annulment("NEW")))) == 1


@pytest.mark.parametrize(
    "correction", [an_annulment(revision=2, deceit=False), an_annulment(revision=2, kind=DecisionKind.CANCEL)]
)
def test_a_correction_that_takes_deceit_back_lifts_the_bar(database: FakeDatabase, correction: CaseDecided) -> None:
    told(database, on_case_decided, an_annulment())
    (lifted,) = bars(told(database, on_case_decided, correction))
    assert isinstance(lifted, BarLifted)
    assert lifted.by == "system"
    again = bars(told(database, on_case_decided, an_annulment(revision=3)))
    assert [type(event) for event in again] == [BarImposed]


def test_a_correction_of_whom_or_when_moves_the_bar(database: FakeDatabase) -> None:
    told(database, on_case_decided, an_annulment())
    lifted, imposed = bars(told(database, on_case_decided, an_annulment(revision=2, of="S2")))
    assert isinstance(lifted, BarLifted)
    assert isinstance(imposed, BarImposed)
    assert (lifted.subject.id_no, imposed.subject.id_no) == ("S1", "S2")


def test_one_lifted_by_hand_is_not_imposed_again_by_a_correction_of_something_else(database: FakeDatabase) -> None:
    (imposed,) = bars(told(database, on_case_decided, an_annulment()))
    assert isinstance(imposed, BarImposed)
    told(database, lift_bar, lift(imposed.bar_id))
    assert bars(told(database, on_case_decided, an_annulment(revision=2, licence="许2号"))) == []
    assert bars(told(database, on_case_decided, an_annulment(revision=3, deceit=False))) == []


def test_the_newest_revision_holds_in_whatever_order_they_come() -> None:
    revisions = [an_annulment(), an_annulment(revision=2, deceit=False), an_annulment(revision=3, of="S2")]
    for order in permutations(revisions):
        database = FakeDatabase()
        told(database, on_item_listed, an_item())
        for event in order:
            told(database, on_case_decided, event)
        standing = [bar.subject for bar in database.bars.values() if bar.state is BarState.IN_FORCE]
        assert standing == [S2]


def test_bars_go_with_their_identity_into_a_merger_and_out_of_it(database: FakeDatabase) -> None:
    told(database, on_inspection_concluded, an_inspection("1"))
    told(database, impose_bar, a_bar(of="S2"))
    told(database, merge_subject, MergeSubject(subject=S2, into=S1, by="xy-1", reason="换号"))
    assert set(database.roots[S1].bars) == {a_bar(of="S2").bar_id}
    assert str(database.roots[S1].due_on) == "2012-06-02"
    told(database, split_subject, SplitSubject(subject=S2, by="xy-1", reason="并错了"))
    assert (set(database.roots[S1].bars), str(database.roots[S2].due_on)) == (set(), "2013-03-02")
    (ended,) = told(database.on("2013-03-02"), reassess, Reassess(subject=S2))
    assert isinstance(ended, BarEnded)


@given(st.permutations([an_item(version=1, flagged=False), an_item(version=2), an_item(version=3, flagged=False)]))
def test_of_an_item_the_newest_version_holds_whatever_the_order(versions: list[object]) -> None:
    one, many = FakeDatabase(), FakeDatabase()
    told(one, on_item_listed, *versions)
    for version in versions:
        told(many, on_item_listed, version)
    assert one.items == many.items
    assert (many.items["SAFE"].version, many.items["SAFE"].public_safety) == (3, False)


def test_what_nobody_asked_for_is_not_seen(database: FakeDatabase) -> None:
    with pytest.raises(KeyError):
        FakeWork(database).subjects.with_bar(a_bar().bar_id)
