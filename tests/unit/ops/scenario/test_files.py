"""The scenarios that ship are readable, name their sources, and every word of the language has one that must fail."""

import re
from pathlib import Path

from ops.scenario.document import scenarios
from ops.scenario.expect_rest import SUBJECTS
from ops.scenario.manual import renewed
from ops.scenario.table import STEPS

ROOT = Path(__file__).parents[4]
TRUE = sorted(file for file in (ROOT / "tests" / "scenarios").glob("**/*.yaml") if file.parent.name != "false")
FALSE = sorted((ROOT / "tests" / "scenarios" / "false").glob("*.yaml"))
FEWEST = 40


def test_every_scenario_is_readable_and_names_its_source() -> None:
    assert len(TRUE) >= FEWEST
    found = scenarios(TRUE)
    assert [each.file.name for each in found if not re.search(r"domain §", each.source)] == []
    assert len({each.name for each in found}) == len(found)


def test_every_word_and_every_subject_is_used() -> None:
    found = scenarios(TRUE)
    assert {step.word for each in found for step in each.steps} | {"retire", "submit"} >= set(STEPS)
    assert {name for each in found for step in each.steps for name in step.expected} == set(SUBJECTS)


def test_every_word_has_a_scenario_that_must_fail() -> None:
    found = {each.file.stem: {step.word for step in each.steps} for each in scenarios(FALSE)}
    assert set(found) == set(STEPS)
    assert [word for word, words in found.items() if word not in words] == []


def test_the_manual_lists_what_the_program_knows() -> None:
    for name in ("scenarios.md", "scenarios.en.md"):
        page = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert renewed(page, english=".en." in name) == page, f"python -m ops.scenario.manual docs/{name}"
