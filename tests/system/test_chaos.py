"""The fault matrix as an operator runs it: nothing is lost, doubled or made up, and what is planted is found."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.chaos.row import LONGEST_DRAIN

pytestmark = pytest.mark.servers

SOUND = {"lost": 0, "duplicated": 0, "ghost": 0, "order_violations": 0}


def chaos(*words: str, folder: Path) -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name("shenguan")), "chaos", *words, "--json", str(folder / "chaos.json")]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (folder / "chaos.json").exists(), ended.stderr
    written: dict[str, Any] = json.loads((folder / "chaos.json").read_text(encoding="utf-8"))
    assert json.loads(ended.stdout.splitlines()[-1]) == written
    # How long draining takes on a busy machine is told, not judged here.
    slow = any(row.get("drain_seconds", 0) > LONGEST_DRAIN for row in written["rows"])
    assert ended.returncode == int(slow), written
    return written


def rows(written: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["row"]: row for row in written["rows"]}


@pytest.mark.timeout(400)
def test_killed_services_and_poison_lose_nothing_and_the_checker_finds_what_is_planted(tmp_path: Path) -> None:
    written = chaos("--rows", "F1,F13", "--seed", "7", "--events", "500", folder=tmp_path)

    assert (written["seed"], written["planted_found"], list(rows(written))) == (7, 4, ["F1", "F13"])
    for row in rows(written).values():
        assert row.items() >= SOUND.items()
        assert row["events"] == 500
        assert row["acknowledged"] >= 500
    assert (rows(written)["F1"]["faults"], rows(written)["F1"]["dead_letters"]) == (9, 0)
    assert rows(written)["F13"]["dead_letters"] == rows(written)["F13"]["dead_letters_expected"] == 54


@pytest.mark.nightly
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", ["7", "20"])
def test_the_matrix_of_one_box_holds_under_any_seed(tmp_path: Path, seed: str) -> None:
    wanted = ["F1", "F2", "F4", "F5", "F8", "F13", "F15", "F20"]
    written = chaos("--rows", ",".join(wanted), "--seed", seed, "--events", "5000", folder=tmp_path)

    assert (written["planted_found"], list(rows(written))) == (4, wanted)
    assert all(row.items() >= SOUND.items() for row in written["rows"])
    assert sum(row["faults"] for row in written["rows"]) >= 40


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_clusters_power_cuts_rotten_disks_and_broken_lines_lose_nothing_either(tmp_path: Path) -> None:
    wanted = ["F3", "F6", "F7", "F9", "F10"]
    found = rows(chaos("--rows", ",".join(wanted), "--seed", "7", "--events", "1000", folder=tmp_path))

    assert list(found) == wanted
    run = {name: row for name, row in found.items() if "skipped" not in row}
    assert all(row.items() >= SOUND.items() for row in run.values())
    assert {"F3", "F7", "F9"} <= set(run)
    if "F6" in run:
        assert run["F6"]["measured"]["control_lost"] > 0
        assert run["F6"]["measured"]["synced_lost"] == 0
    if "F10" in run:
        assert run["F10"]["measured"]["answers_500"] == 0


def test_a_row_that_does_not_exist_ends_with_2_before_anything_starts(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("shenguan")), "chaos", "--rows", "F1,F99"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert "F99" in ended.stderr
    assert "NATS" not in ended.stderr
