"""The ledger counts what was acknowledged once, and says where an answer contradicts what was sent."""

import json
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from ops.chaos.ledger import Ledger
from ops.chaos.row import Report
from ops.chaos.story import Decide, Inspect, Step, Unsound
from tests.unit.ops.chaos.history import a_story, acknowledged, good_answer, steps_of

STEPS = steps_of(a_story(events=300))
DECIDED = next(step for step in STEPS if isinstance(step, Decide) and not step.again)
AGAIN = next(step for step in STEPS if isinstance(step, Decide) and step.again)
INSPECTED = next(step for step in STEPS if isinstance(step, Inspect))
UNSOUND = next(step for step in STEPS if isinstance(step, Unsound))


def test_what_is_acknowledged_twice_counts_once() -> None:
    ledger = acknowledged(a_story(events=300))
    names = {step.name for step in STEPS if not isinstance(step, Unsound)}
    assert ledger.acknowledged == len(names)
    assert ledger.wrong == []
    assert len(ledger.refused) == sum(isinstance(step, Unsound) for step in STEPS)


@pytest.mark.parametrize(
    ("step", "changed", "said"),
    [
        (DECIDED, {"object_version": 99}, "object version 99"),
        (DECIDED, {"status": 409, "problem": {"code": "x"}}, "refused for good"),
        (AGAIN, {"duplicate": False}, "taken as new a second time"),
        (INSPECTED, {"ad_hoc": not INSPECTED.ad_hoc}, "ad_hoc"),
        (UNSOUND, {"status": 201}, "should have been refused"),
    ],
)
def test_a_contradicting_answer_is_noted(step: Step, changed: dict[str, Any], said: str) -> None:
    ledger = Ledger("chaos-test")
    ledger.answered(step, good_answer(step) | changed, monotonic())
    assert [said in sentence for sentence in ledger.wrong] == [True]


def test_the_longest_wait_for_an_answer_is_kept() -> None:
    ledger = Ledger("chaos-test")
    for waited in (1.0, 8.0, 2.0):
        ledger.answered(DECIDED, good_answer(DECIDED), monotonic() - waited)
    assert ledger.longest_stall == pytest.approx(8.0, abs=0.5)


def test_acknowledgements_are_on_file_as_they_come(tmp_path: Path) -> None:
    ledger = Ledger("chaos-test", tmp_path / "F1.ndjson")
    ledger.answered(DECIDED, good_answer(DECIDED), monotonic())
    (line,) = (tmp_path / "F1.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"source": "chaos-test", "name": DECIDED.name, "kind": "Decide", "status": 201}
    ledger.close()


@pytest.mark.parametrize(
    "changed",
    [
        *({word: 1} for word in ("lost", "duplicated", "ghost", "order_violations")),
        {"dead_letters": 1},
        {"dead_letters_expected": 1},
        {"drain_seconds": 30.1},
        {"audit_ok": False},
        {"findings": ("ready though frozen",)},
    ],
)
def test_a_report_is_clean_until_anything_is_wrong(changed: dict[str, Any]) -> None:
    assert Report(row="F1", drain_seconds=30.0, audit_ok=True).clean
    assert not Report(row="F1", **changed).clean


def test_a_report_has_the_members_of_the_published_form_and_says_why_a_row_was_left_out() -> None:
    told = Report(row="F1", audit_ok=True).document()
    assert list(told) == [
        *("row", "events", "faults", "acknowledged", "lost", "duplicated", "ghost", "order_violations"),
        *("dead_letters_expected", "dead_letters", "drain_seconds", "longest_stall_seconds", "audit_ok"),
    ]
    assert Report(row="F6", skipped="不是 root / not root").document() == {
        "row": "F6",
        "skipped": "不是 root / not root",
    }
