"""The replay on a whole stack: the figures of the examples and of the real data, twice, and with every service killed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.state_folder import temporary_folder

pytestmark = pytest.mark.servers

SETTLED = {"joined": 0, "unmatched": 0, "outbox_pending": 0, "dead_letters": 0, "lost": 0, "duplicated": 0}
WHOLE = SETTLED | {
    "decisions": 14_375,
    "tasks": 17_361,
    "ad_hoc": 3_997,
    "cancelled": 137,
    "inspections": 13_711,
    "orphan_inspections": 1_670,
    "credit_records": 2_817,
}
EXCERPT = SETTLED | {
    "decisions": 820,
    "tasks": 980,
    "ad_hoc": 277,
    "cancelled": 39,
    "inspections": 828,
    "orphan_inspections": 103,
    "credit_records": 171,
}
JOINING = SETTLED | {
    "decisions": 70,
    "tasks": 50,
    "ad_hoc": 4,
    "joined": 20,
    "cancelled": 4,
    "inspections": 36,
    "orphan_inspections": 2,
    "credit_records": 17,
}


def shenguan(*words: str, folder: Path) -> tuple[dict[str, Any], str]:
    """Run a command as a person does, in an empty folder; its figures and what it told."""
    command = [str(Path(sys.executable).with_name("shenguan")), *words, "--json", str(folder / "figures.json")]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    written: dict[str, Any] = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert json.loads(ended.stdout.splitlines()[-1]) == written
    return written, ended.stderr


def replay(data: str, *options: str, folder: Path) -> tuple[dict[str, Any], str]:
    return shenguan("replay", "chicago", str(Path(data).resolve()), *options, folder=folder)


def same(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in figures.items() if key != "seconds"}


@pytest.fixture
def state() -> Iterator[str]:
    """A state folder that takes its database along when it goes, wherever the launcher had to put it."""
    folder = temporary_folder()
    yield str(folder.path)
    folder.remove()


@pytest.mark.nightly  # the demo of every run loads the same excerpt and reconciles it
def test_a_replay_on_a_fresh_stack_gives_the_figures_of_the_excerpt(tmp_path: Path) -> None:
    figures, _ = replay("examples/chicago", folder=tmp_path)

    assert figures.items() >= EXCERPT.items()
    assert list(tmp_path.iterdir()) == [tmp_path / "figures.json"]


@pytest.mark.nightly
def test_a_second_replay_on_the_same_state_changes_nothing(tmp_path: Path, state: str) -> None:
    first, _ = replay("examples/joining", "--state", state, folder=tmp_path)
    second, told = replay("examples/joining", "--state", state, folder=tmp_path)
    reconciled, _ = shenguan("reconcile", "--source", "chicago", "--state", state, folder=tmp_path)

    assert first.items() >= JOINING.items()
    assert same(second) == same(first) == same(reconciled)
    assert "new 0, known before 106" in told


@pytest.mark.nightly
def test_killing_every_service_once_changes_no_figure(tmp_path: Path) -> None:
    figures, told = replay("examples/joining", "--kill", "each", "--seed", "5", folder=tmp_path)

    assert figures.items() >= JOINING.items()
    assert [told.count(f"kill -9 {service} ") for service in ("approval", "supervision", "credit")] == [1, 1, 1]
    assert "--seed 5" in told


def test_files_that_cannot_be_read_end_with_2_before_anything_starts(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("shenguan")), "replay", "chicago", str(tmp_path)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "licences.csv" in ended.stderr
    assert "NATS" not in ended.stderr


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_the_real_data_gives_its_figures_and_a_second_replay_changes_nothing(tmp_path: Path, state: str) -> None:
    first, _ = replay("tests/data/chicago", "--state", state, folder=tmp_path)
    second, told = replay("tests/data/chicago", "--state", state, folder=tmp_path)

    assert first.items() >= WHOLE.items()
    assert same(second) == same(first)
    assert "new 0, known before 28086" in told


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_the_real_data_gives_the_same_figures_when_every_service_is_killed(tmp_path: Path) -> None:
    figures, told = replay("tests/data/chicago", "--kill", "each", folder=tmp_path)

    assert figures.items() >= WHOLE.items(), told
