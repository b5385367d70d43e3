"""The sizing of docs/scaling.md follows from its table of measured figures, in both languages."""

import re
from math import ceil, floor, log10
from pathlib import Path

import pytest

from chassis.connections import PER_PROCESS, SPARE

ROOT = Path(__file__).parents[2]
KEYS = {
    *("chains_per_s", "cpu_s_per_1000", "busiest_cpu_s_per_1000"),
    *("wal_bytes_per_chain", "row_bytes_per_chain", "stream_bytes_per_chain"),
}
_COLUMNS = 9
_WORKING_SECONDS = 250 * 8 * 3600

both_pages = pytest.mark.parametrize("page", ["docs/scaling.md", "docs/scaling.en.md"])


def rows(page: str) -> list[list[str]]:
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]


def measured(page: str) -> dict[str, float]:
    found = {row[0].strip("`"): row[1] for row in rows(page) if row[0].strip("`") in KEYS}
    return {key: float(value) for key, value in found.items()}


def sized(decisions: int, of: dict[str, float]) -> list[str]:
    """Peak, processes, cores, WAL, database, streams, replay, as the page says they are computed."""
    peak = decisions * 10 / _WORKING_SECONDS
    return [
        told(peak),
        told(max(1, ceil(peak * of["busiest_cpu_s_per_1000"] / 1000 / 0.5))),
        told(max(2, ceil(peak * of["cpu_s_per_1000"] / 1000 / 0.5))),
        told(decisions / 250 * of["wal_bytes_per_chain"] / 1e9),
        told(decisions * of["row_bytes_per_chain"] / 1e9),
        told(decisions / 365 * 30 * of["stream_bytes_per_chain"] / 1e9),
        told(decisions / of["chains_per_s"] / 3600),
    ]


def told(figure: float) -> str:
    """Two digits that count."""
    digits = 1 - floor(log10(figure))
    rounded = round(figure, digits)
    return f"{rounded:,.{max(0, digits)}f}" if not isinstance(figure, int) else f"{figure:,}"


@both_pages
def test_every_figure_of_the_result_follows_from_what_was_measured(page: str) -> None:
    of = measured(page)
    assert set(of) == KEYS
    results = [row for row in rows(page) if len(row) == _COLUMNS and re.fullmatch(r"[\d,]+", row[1])]
    assert len(results) == 4
    right = [[*row[:2], *sized(int(row[1].replace(",", "")), of)] for row in results]
    assert results == right, "\n".join(f"| {' | '.join(row)} |" for row in right)


def test_both_pages_were_measured_alike_and_size_the_same_levels() -> None:
    assert measured("docs/scaling.md") == measured("docs/scaling.en.md")
    numbers = [
        [row[1:] for row in rows(page) if len(row) == _COLUMNS] for page in ("docs/scaling.md", "docs/scaling.en.md")
    ]
    assert numbers[0][1:] == numbers[1][1:]


@both_pages
def test_the_connections_of_a_process_are_those_the_code_opens(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    said = re.search(r"(\d+) ×.{0,40}\+ 1.{0,3}\+ (\d+)", text)
    assert said is not None
    assert (int(said[1]), int(said[2])) == (PER_PROCESS, SPARE)


@pytest.mark.parametrize(
    ("figure", "said"), [(0.01389, "0.014"), (4.0, "4.0"), (41.67, "42"), (1389.0, "1,400"), (3, "3")]
)
def test_figures_are_told_with_two_digits_that_count(figure: float, said: str) -> None:
    assert told(figure) == said
