"""The standard (对接标准) says what its kit examines, requirement by requirement, with a source, in both languages."""

import re
from pathlib import Path

import pytest

from ops.conformance.requirements import REQUIREMENTS
from ops.conformance.system import ABILITIES

STANDARD = Path(__file__).parents[2] / "docs" / "standard"
ROW = re.compile(r"^\| (J-\d\d) \| (.+) \| (.+) \|$", re.MULTILINE)

both = pytest.mark.parametrize("page", ["bureau-systems.md", "bureau-systems.en.md"])


@both
def test_it_has_the_requirements_of_the_kit_each_with_a_source(page: str) -> None:
    rows = ROW.findall((STANDARD / page).read_text(encoding="utf-8"))
    assert sorted(number for number, _, _ in rows) == [requirement.number for requirement in REQUIREMENTS]
    assert all(source.strip(" —") for _, _, source in rows)


@both
def test_it_names_every_ability_a_system_may_have(page: str) -> None:
    text = (STANDARD / page).read_text(encoding="utf-8")
    assert [ability for ability in ABILITIES if f"`{ability}`" not in text] == []
