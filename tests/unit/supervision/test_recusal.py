"""A recusal is asked for by the code, decided by another than the officer, and bars the officer when it is granted."""

from typing import Any

import pytest

from supervision import handlers
from supervision.domain.visits.recusal import AnswerRecusal, AskRecusal
from tests.fakes.visit_commands import a_request, cancel, enter, finish
from tests.unit.supervision.conftest import Office
from tests.unit.supervision.visiting import asked, kept, notices, office, refused, told

__all__ = ["office"]


def ask(visit: Any, officer: int = 1, reason: str = "是本店股东的亲属") -> tuple[Any, AskRecusal]:
    return handlers.ask_recusal, AskRecusal(code=visit.code, officer=officer, reason=reason)


def answer(visit: Any, *, granted: bool = True, by: str = "head-1") -> tuple[Any, AnswerRecusal]:
    decided = AnswerRecusal(visit_no=visit.visit_no, officer="orange-2", granted=granted, decision="已核实", by=by)
    return handlers.answer_recusal, decided


def test_who_approved_the_visit_is_told_and_the_visit_goes_on(office: Office) -> None:
    visit = told(office)
    office.does(*ask(visit))
    office.does(*ask(visit))
    (recusal,) = kept(office, visit).recusals
    assert (recusal.officer, recusal.granted) == ("orange-2", None)
    assert [notice.person for notice in notices(office, "RECUSAL_ASKED")] == ["head-1"]
    assert office.does(*enter(kept(office, visit))).recusals == (recusal,)


def test_granted_the_officer_may_not_inspect_the_enterprise_any_more(office: Office) -> None:
    visit = told(office)
    office.does(*ask(visit))
    office.does(*answer(visit))
    office.does(*answer(visit))
    assert [each.granted for each in kept(office, visit).recusals] == [True]
    assert len(notices(office, "RECUSAL_DECIDED")) == 1
    office.does(*cancel(kept(office, visit)))
    assert refused(office, (handlers.request_visit, a_request())) == "conflict-of-interest"


def test_not_granted_nothing_is_barred_and_another_reason_may_be_given(office: Office) -> None:
    visit = told(office)
    office.does(*ask(visit))
    assert refused(office, ask(visit, reason="另有理由")) == "recusal-open"
    office.does(*answer(visit, granted=False))
    assert office.database.files.conflicts == {}
    office.does(*ask(visit, reason="另有理由"))
    assert [each.granted for each in kept(office, visit).recusals] == [False, None]


@pytest.mark.parametrize("officer", [2, 99])
def test_a_place_nobody_has_is_refused(office: Office, officer: int) -> None:
    assert refused(office, ask(told(office), officer=officer)) == "invalid-content"


def test_the_officer_does_not_decide_and_nothing_is_decided_that_nobody_asked(office: Office) -> None:
    visit = told(office)
    assert refused(office, answer(visit)) == "recusal-unknown"
    office.does(*ask(visit))
    assert refused(office, answer(visit, by="orange-2")) == "second-person-needed"
    assert refused(office, answer(asked(office, 3), by="head-1")) == "recusal-unknown"


def test_after_the_visit_it_is_too_late(office: Office) -> None:
    visit = told(office)
    office.does(*enter(visit))
    office.does(*finish(visit))
    assert refused(office, ask(visit)) == "recusal-late"
    assert refused(office, (handlers.ask_recusal, AskRecusal(code="GUESSED", officer=0, reason="理由"))) == (
        "visit-code-unknown"
    )
