"""The copy of the credit grade: the newest assessment stays, whatever order they arrive in."""

from itertools import permutations

import pytest

from kernel.credit import Grade
from supervision.handlers import on_grade_changed
from tests.fakes.supervised import assessed
from tests.fakes.supervision import furnished
from tests.unit.supervision.conftest import Office


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])))
def test_the_newest_assessment_stays_whatever_the_order(order: tuple[int, ...]) -> None:
    office = Office(furnished())
    for version in order:
        office.does(on_grade_changed, assessed(version, [Grade.A, Grade.B, Grade.C][version - 1]))
    kept = office.database.grades["099", "S1"]
    assert (kept.version, kept.grade, kept.score) == (3, Grade.C, 97)
