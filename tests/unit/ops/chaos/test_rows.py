"""Every row of the fault matrix is known; one that is not run says where it is, in both languages, and never passes silently."""

import pytest

from ops.chaos.elsewhere import ELSEWHERE, Elsewhere
from ops.chaos.row import Ground
from ops.chaos.rows import ROWS


def test_every_row_of_the_matrix_is_known_once() -> None:
    names = [row.name for row in ROWS]
    assert sorted(names, key=lambda name: int(name[1:])) == [f"F{number}" for number in range(1, 24)]


@pytest.mark.parametrize("row", ELSEWHERE, ids=lambda row: row.name)
async def test_a_row_that_is_run_elsewhere_says_where(row: Elsewhere) -> None:
    said: list[str] = []
    report = await row.run(Ground(seed=1, events=50, say=lambda zh, en: said.extend((zh, en))))
    assert report.document() == {"row": row.name, "skipped": " / ".join(row.why)}
    assert len(said) == 2
