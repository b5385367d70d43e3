"""The file of the rules of publicity: what ships is sound and unconfirmed, and what contradicts itself is refused."""

from datetime import date
from typing import Any

import pytest

from kernel.inspection import InspectionResult
from kernel.refusal import Refusal
from supervision.domain.publicity.rules_file import parse
from supervision.domain.publicity.words import PublicityMode
from tests.fakes.publicity import PUBLICITY, SHIPPED

PASS, CONDITIONS, FAIL = InspectionResult


def test_what_ships_is_twenty_workdays_reviewed_by_a_person_and_confirmed_by_nobody() -> None:
    (edition,) = PUBLICITY.editions
    assert (str(edition.limit), str(edition.withdraw_limit), edition.mode) == ("20wd", "3wd", PublicityMode.REVIEW)
    assert (edition.confirmed, sorted(edition.purposes)) == (False, ["RANDOM", "ROUTINE"])
    assert (len(edition.classes), edition.ad_hoc, edition.provisional) == (8, False, False)


def test_every_result_has_its_usual_class_and_history_has_no_edition() -> None:
    (edition,) = PUBLICITY.editions
    usual = {PASS: "NO_PROBLEM", CONDITIONS: "ORDERED_TO_CORRECT", FAIL: "PENDING_MEASURES"}
    assert {result: edition.class_for("", result) for result in InspectionResult} == usual
    assert PUBLICITY.on(date(2015, 12, 31)) is None
    assert PUBLICITY.on(edition.effective_from) is edition


def test_an_inspection_is_judged_by_the_edition_of_its_day() -> None:
    later = SHIPPED.partition("[[edition]]")[2].replace('"2026-1"', '"2026-2"').replace("2026-01-01", "2026-07-01")
    rules = parse(f"{SHIPPED}\n[[edition]]{later}")
    days = [date(2025, 12, 31), date(2026, 6, 30), date(2026, 7, 1)]
    assert [found.version if (found := rules.on(day)) else None for day in days] == [None, "2026-1", "2026-2"]
    assert rules.named("2026-1").version == "2026-1"
    assert rules.named("gone").version == "2026-2"


def wrong(*changes: tuple[str, str]) -> str:
    text = SHIPPED
    for said, instead in changes:
        assert said in text
        text = text.replace(said, instead, 1)
    return text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "KeyError"),
        ("edition = []", "no edition"),
        (f"{SHIPPED}\n[[edition]]{SHIPPED.partition('[[edition]]')[2]}", "the same version"),
        (wrong(('"20wd"', '"20"')), "limit"),
        (wrong(('"REVIEW"', '"MAYBE"')), "MAYBE"),
        (wrong(('"ROUTINE"]', '"RUTINE"]')), "no such purpose: RUTINE"),
        (wrong(("\nconfirmed = false\n", '\nconfirmed = "no"\n')), "confirmed is a bool"),
        (wrong(('PASS = "NO_PROBLEM"', 'PASS = "UNREACHABLE"')), "usual class of PASS"),
        (wrong(('FAIL = "PENDING_MEASURES"\n', "")), "usual class of FAIL"),
        (wrong(('zh = "未发现问题"', 'zh = " "')), "class NO_PROBLEM"),
        (wrong(('results = ["PASS"] }', 'results = ["FINE"] }')), "FINE"),
    ],
)
def test_a_file_that_is_incomplete_or_contradicts_itself_is_refused(text: str, told: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse(text)
    assert refusal.value.code == "invalid-publicity-rules"
    assert told in refusal.value.en


@pytest.mark.parametrize(
    ("said", "result", "code"),
    [
        ("NO_PROBLEM", FAIL, "result-class-contradicts"),
        ("UNREACHABLE", PASS, "result-class-contradicts"),
        ("NONSENSE", PASS, "result-class-unknown"),
    ],
)
def test_a_class_stands_only_for_its_own_results(said: str, result: InspectionResult, code: Any) -> None:
    (edition,) = PUBLICITY.editions
    with pytest.raises(Refusal) as refusal:
        edition.class_for(said, result)
    assert refusal.value.code == code
    assert refusal.value.faults[0].pointer == "/result_class"
