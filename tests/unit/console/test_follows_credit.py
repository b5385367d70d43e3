"""What the console knows of credit's procedures by heart is what credit's own domain says."""

from typing import Any

from starlette.datastructures import FormData

from console.web.forms import Typed
from console.web.redress import OPEN, REMEDIES, latest, possible
from console.web.words import WORDS
from credit.domain.objection import ObjectionState
from credit.domain.process import DeadlineKind
from credit.domain.repair import RepairState
from credit.domain.withdrawal import WithdrawalState
from kernel.credit import RecordState

STATES: dict[str, Any] = {"repair": RepairState, "objection": ObjectionState, "withdrawal": WithdrawalState}
NOTHING = dict.fromkeys(OPEN)
RECORD = {"state": "ACTIVE", "record_class": "GENERAL", "repairable": True}


def offered(record: dict[str, Any] = RECORD, **standing: Any) -> list[str]:
    return [each.verb for each in possible(record, NOTHING | standing)]


def test_every_state_there_is_has_a_word_and_those_waited_for_exist() -> None:
    for kind, states in STATES.items():
        assert {f"{kind}:{state}" for state in states} <= WORDS.keys()
        assert set(OPEN[kind]) <= set(states)
    assert {f"record:{state}" for state in RecordState} <= WORDS.keys()
    assert {f"clock:{kind}" for kind in DeadlineKind} <= WORDS.keys()
    for remedy in REMEDIES.values():
        assert set(remedy.states) <= set(STATES.get(remedy.on, ()))


def test_what_may_be_begun_on_a_record() -> None:
    assert offered() == ["repair", "object", "withdraw"]
    assert offered(RECORD | {"repairable": False}) == ["object", "withdraw"]
    assert offered(RECORD | {"record_class": "MERIT"}) == ["object", "withdraw"]
    assert offered(RECORD | {"state": "EXPIRED"}) == []


def test_what_waits_comes_first_and_is_not_begun_again() -> None:
    assert offered(repair={"state": "APPLIED"})[0] == "accept"
    assert "repair" not in offered(repair={"state": "ACCEPTED"})
    assert "repair" in offered(repair={"state": "DENIED"})
    assert offered(withdrawal={"state": "REQUESTED"})[:1] == ["confirm-withdrawal"]


def test_a_rejected_objection_may_be_reviewed_once() -> None:
    assert "review" in offered(objection={"state": "REJECTED", "review_at": None})
    assert "review" not in offered(objection={"state": "REJECTED", "review_at": "2026-12-01T00:00:00Z"})


def test_the_latest_of_a_kind_counts() -> None:
    assert latest([{"number": 1}, {"number": 3}, {"number": 2}]) == {"number": 3}
    assert latest([]) is None


def test_papers_are_one_a_line_and_an_answer_is_yes_or_no() -> None:
    typed = Typed(FormData({"proof": "缴款书 1 号\n\n 说明 ", "commitment": "", "granted": "no", "reason": "不足"}))
    assert REMEDIES["repair"].body(typed) == {"proof": ["缴款书 1 号", "说明"]}
    assert REMEDIES["decide-repair"].body(typed) == {"granted": False, "reason": "不足"}
