"""A scenario file is read without surprises, and every mistake is told with its line in both languages."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ops.failure import CannotRun, Exit
from ops.scenario.document import Scenario, scenarios

HEAD = """\
scenario: 示例
clock: 2026-03-02T09:00:00+08:00
catalogue: demo
steps:
"""
FINE = "  - expect: {tasks: []}\n"


def read(folder: Path, text: str) -> Scenario:
    file = folder / "one.yaml"
    file.write_text(text, encoding="utf-8")
    return scenarios([file])[0]


def mistakes(folder: Path, text: str) -> str:
    with pytest.raises(CannotRun) as refused:
        read(folder, text)
    assert refused.value.exit_code is Exit.USAGE
    return str(refused.value)


def test_a_file_becomes_a_scenario(tmp_path: Path) -> None:
    step = "  - decide: {case: A1, item: 000131024000, on: 2026-03-01, subject: {uscc: X}}\n"
    scenario = read(tmp_path, HEAD + step + "  - claim: {case: A1, by: b}\n    refused: task-claimed\n" + FINE)
    assert scenario.name == "示例"
    assert scenario.clock == datetime(2026, 3, 2, 1, tzinfo=UTC)
    decide, claim, expect = scenario.steps
    assert decide.said == {"case": "A1", "item": "000131024000", "on": "2026-03-01", "subject": {"uscc": "X"}}
    assert (claim.word, claim.line, claim.refused) == ("claim", 6, "task-claimed")
    assert expect.expected == {"tasks": (8, [])}


def test_a_time_without_an_offset_is_a_time_in_china(tmp_path: Path) -> None:
    scenario = read(tmp_path, HEAD + "  - advance: {to: 2026-03-03T00:00}\n" + FINE)
    assert scenario.steps[0].said == {"to": "2026-03-03T00:00:00+08:00"}


def test_a_single_entry_needs_no_list(tmp_path: Path) -> None:
    scenario = read(tmp_path, HEAD + "  - expect: {credit: {uscc: X, records: 0}}\n")
    assert scenario.steps[0].expected == {"credit": (5, [{"uscc": "X", "records": 0}])}


@pytest.mark.parametrize(
    ("steps", "line", "told"),
    [
        ("  - conquer: {case: A1}\n" + FINE, 5, ["unknown verb conquer", "未知的动词 conquer", "decide, correct"]),
        ("  - claim: {case: A1, wer: b}\n" + FINE, 5, ["unknown key of claim wer", "case, object, department"]),
        ("  - expect:\n      taks: []\n", 6, ["unknown subject of expect taks", "tasks, deadlines, alerts"]),
        ("  - expect:\n      tasks:\n        - {case: A1,\n           stat: X}\n", 8, ["unknown key of tasks stat"]),
        ("  - advance: {weeks: 2}\n" + FINE, 5, ["unknown key of advance weeks", "workdays, days, hours, to"]),
        ("  - advance: {days: 2, hours: 1}\n" + FINE, 5, ["exactly one of"]),
        ("  - advance: {}\n" + FINE, 5, ["exactly one of"]),
        ("  - claim: {case: A1}\n    decide: {case: A1}\n" + FINE, 5, ["a step has one verb"]),
        ("  - decide: {item: x}\n" + FINE, 5, ["decide needs case"]),
        ("  - decide: {case: A1, on: soon}\n" + FINE, 5, ["on must be: 日期"]),
        ("  - decide: {case: A1, commitment: 是}\n" + FINE, 5, ["commitment must be: true/false"]),
        ("  - decide: {case: A1, case: A2}\n" + FINE, 5, ["case is written twice"]),
        ("  - expect: {credit: {grade: A}}\n", 5, ["credit must name uscc, id_no"]),
        ("  - expect: {tasks: [{count: many}]}\n", 5, ["count is a whole number"]),
        ("  - advance: {days: 1}\n    refused: x\n" + FINE, 6, ["beside a verb"]),
        ("  - claim: {case: [\n", 6, ["not valid YAML"]),
    ],
)
def test_a_mistake_is_told_where_it_stands(tmp_path: Path, steps: str, line: int, told: list[str]) -> None:
    said = mistakes(tmp_path, HEAD + steps)
    assert f"one.yaml:{line}: " in said
    assert all(word in said for word in told), said


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("  - decide: {case: A1, item: x}\n", "nothing in it can fail"),
        ("  - decide: {case: A1}\n  - expect: {}\n", "expect is empty"),
        ("  - decide: {case: A1}\n  - expect: {tasks: }\n", "tasks is empty"),
        ("  - expect: {tasks: [{}]}\n", "an entry of tasks has keys"),
        ("  - advance: {days: 1}\n", "nothing in it can fail"),
    ],
)
def test_a_scenario_must_be_able_to_fail(tmp_path: Path, steps: str, told: str) -> None:
    assert told in mistakes(tmp_path, HEAD + steps)


def test_a_refusal_awaited_is_an_expectation(tmp_path: Path) -> None:
    assert read(tmp_path, HEAD + "  - claim: {case: A1, by: b}\n    refused: not-found\n").steps[0].can_fail


@pytest.mark.parametrize("missing", ["scenario", "clock", "catalogue", "steps"])
def test_the_head_is_complete(tmp_path: Path, missing: str) -> None:
    lines = [line for line in HEAD.splitlines(keepends=True) if not line.startswith(missing)]
    steps = "" if missing == "steps" else FINE
    assert f"needs {missing}" in mistakes(tmp_path, "".join(lines) + steps)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(HEAD + "  - conquer: {}\n  - claim: {x: 1, y: 2}\n", encoding="utf-8")
    two.write_text(HEAD, encoding="utf-8")
    with pytest.raises(CannotRun) as refused:
        scenarios([one, two, tmp_path / "three.yaml"])
    said = str(refused.value)
    assert [f"{name}.yaml" in said for name in ("one", "two", "three")] == [True, True, True]
    assert "unknown verb conquer" in said
    assert "unknown key of claim y" in said
