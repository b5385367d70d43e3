"""What credit tells of holds and identities: kept the same in whatever order it arrives, and however often."""

from collections.abc import Callable
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from approval import handlers
from approval.domain.hold import HoldKind, HoldOrigin
from approval.domain.objection import under_objection
from approval.handlers import answer_feedback, on_feedback_raised, register_case
from contracts.constraint import BarEnded, BarImposed, BarLifted, ListEntered, ListLeft
from contracts.credit import (
    RecordAdded,
    RecordExpired,
    RecordRepaired,
    RecordWithdrawn,
    SubjectMerged,
    SubjectSplit,
)
from contracts.redress import ObjectionDecided, ObjectionLodged, ReviewRequested
from kernel.credit import BarKind, RecordKind
from kernel.feedback import FeedbackKind
from kernel.subject import SubjectKey
from tests.fakes.approval import (
    CODE,
    FakeDatabase,
    a_bar,
    a_bar_lifted,
    a_case,
    a_credit_event,
    a_list_entry,
    a_merger,
    a_raised,
    a_record,
    a_repair,
    a_split,
    an_answer,
    done,
)
from tests.fakes.objections import a_review, an_objection, an_objection_decided

LEFT = ListLeft(
    **a_credit_event(),
    entry_id="L1",
    list=RecordKind.SEVERE_LIST,
    left_on=date(2026, 9, 1),
    reason="满足移出条件",
    by="p-1",
)
ENDED = BarEnded(**a_credit_event(), bar_id="B1", kind=BarKind.REFUSAL, item_code="1006", ended_on=date(2027, 3, 1))
EXPIRED = RecordExpired(**a_credit_event(), record_id="R1", expired_on=date(2027, 2, 2))
WITHDRAWN = RecordWithdrawn(
    **a_credit_event(), record_id="R1", reason="原决定撤销", by="p-1", withdrawn_on=date(2026, 4, 1)
)
HANDLERS: dict[type, Callable[..., None]] = {
    BarImposed: handlers.on_bar_imposed,
    BarLifted: handlers.on_bar_ended,
    BarEnded: handlers.on_bar_ended,
    ListEntered: handlers.on_list_entered,
    ListLeft: handlers.on_list_left,
    RecordAdded: handlers.on_record_added,
    RecordExpired: handlers.on_record_ended,
    RecordRepaired: handlers.on_record_ended,
    RecordWithdrawn: handlers.on_record_ended,
    ObjectionLodged: handlers.on_objection_told,
    ObjectionDecided: handlers.on_objection_told,
    ReviewRequested: handlers.on_objection_told,
    SubjectMerged: handlers.on_identity_changed,
    SubjectSplit: handlers.on_identity_changed,
}


def told(*events: Any) -> FakeDatabase:
    database = FakeDatabase()
    for event in events:
        done(database, HANDLERS[type(event)], event)
    return database


@pytest.mark.parametrize(
    ("events", "kind", "last_day", "ended_on"),
    [
        ((a_bar(), a_bar_lifted(), ENDED), HoldKind.REFUSAL, date(2027, 2, 28), date(2026, 6, 1)),
        ((a_list_entry(), LEFT), HoldKind.SEVERE_LIST, None, date(2026, 9, 1)),
        (
            (a_record(), a_repair(), EXPIRED, WITHDRAWN),
            HoldKind.COMMITMENT_BREACH,
            date(2027, 2, 1),
            date(2026, 4, 1),
        ),
    ],
)
def test_the_beginning_and_the_earliest_end_stand_in_any_order_and_repeated(
    events: tuple[Any, ...], kind: HoldKind, last_day: date | None, ended_on: date
) -> None:
    outcomes = [told(*order, order[0]).holds for order in permutations(events)]
    (hold,) = outcomes[0].values()
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert (hold.kind, hold.ends_on, hold.ended_on, hold.subject) == (
        kind,
        last_day,
        ended_on,
        SubjectKey("001", CODE),
    )


def test_an_end_alone_is_kept_as_an_end() -> None:
    (hold,) = told(a_repair()).holds.values()
    assert (hold.origin, hold.hold_id, hold.kind, hold.starts_on, hold.ended_on) == (
        *(HoldOrigin.RECORD, "R1", None, None),
        date(2026, 8, 1),
    )


DECIDED, REVIEWED = an_objection_decided(), an_objection_decided(review=True)


@pytest.mark.parametrize(
    ("events", "pending"),
    [
        ((an_objection(),), ["R1"]),
        ((an_objection(), DECIDED), []),
        ((an_objection(), DECIDED, a_review()), ["R1"]),
        ((an_objection(), DECIDED, a_review(), REVIEWED), []),
        ((an_objection(), DECIDED, an_objection(objection_id="O2")), ["R1"]),
        ((DECIDED,), []),
        ((a_review(),), ["R1"]),
        ((REVIEWED, a_review(), an_objection()), []),
    ],
)
def test_an_objection_is_pending_or_not_in_whatever_order_and_however_often_it_is_told(
    events: tuple[Any, ...], pending: list[str]
) -> None:
    for order in permutations(events):
        objections = told(*order, order[0]).objections
        assert (sorted(under_objection(objections)), len(objections)) == (pending, len(events))


def test_an_objection_begins_and_ends_no_hold() -> None:
    assert told(an_objection(), DECIDED).holds == {}
    assert told(a_record(), an_objection(), DECIDED).holds == told(a_record()).holds


@pytest.mark.parametrize("kind", [kind for kind in RecordKind if kind is not RecordKind.COMMITMENT_BREACH])
def test_records_of_other_kinds_hold_nobody_back_by_themselves(kind: RecordKind) -> None:
    assert told(a_record(kind=kind)).holds == {}


def test_a_breach_begins_with_its_document_and_without_one_on_the_day_it_happened() -> None:
    (dated,) = told(a_record(document_on=date(2026, 2, 20))).holds.values()
    (undated,) = told(a_record()).holds.values()
    assert (dated.starts_on, undated.starts_on) == (date(2026, 2, 20), date(2026, 2, 1))


def test_the_newest_change_of_an_identity_stands_in_any_order() -> None:
    events = (a_merger("A", "B", 1), a_split("A", "B", 2), a_merger("A", "C", 3))
    for order in permutations(events):
        (alias,) = told(*order, events[0]).aliases.values()
        assert (alias.version, alias.into) == (3, SubjectKey("001", "C"))
    (alias,) = told(events[1], events[0]).aliases.values()
    assert (alias.version, alias.into) == (2, None)


FEEDBACK = "00000000-0000-0000-0000-000000000005"


def restricted(database: FakeDatabase, **changes: Any) -> list[tuple[str, str, str]]:
    done(database, on_feedback_raised, a_raised(FEEDBACK, FeedbackKind.RESTRICT, **changes))
    done(database, answer_feedback, an_answer(FEEDBACK, statement=None))
    return [(hold.kind or "", hold.item_code, hold.basis) for hold in database.holds.values()]


def test_an_accepted_restriction_binds_the_item_of_its_case() -> None:
    database = FakeDatabase()
    done(database, register_case, a_case())
    assert restricted(database) == [("RESTRICT", "1006", "食品安全法第122条")]


def test_a_restriction_without_a_case_binds_the_item_last_decided_on_the_object() -> None:
    database = FakeDatabase()
    done(database, register_case, a_case())
    assert restricted(database, case_id="")[0][1] == "1006"
    assert restricted(FakeDatabase(), case_id="")[0][1] == ""


def test_a_restriction_that_is_refused_binds_nobody() -> None:
    database = FakeDatabase()
    done(database, register_case, a_case())
    done(database, on_feedback_raised, a_raised(FEEDBACK, FeedbackKind.RESTRICT))
    done(database, answer_feedback, an_answer(FEEDBACK, accepted=False, reason="证据不足", statement=None))
    assert database.holds == {}
