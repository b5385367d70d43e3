"""Scenarios on real servers: what is true passes, what is false fails where it is false, what is unreadable never runs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ops.failure import Exit
from ops.scenario.nursery import Nursery
from ops.scenario.table import STEPS
from ops.state_folder import temporary_folder

pytestmark = [pytest.mark.servers, pytest.mark.timeout(1800)]

SCENARIOS = Path(__file__).parents[1] / "scenarios"
EVERY_DAY = (
    *("draws/targeted-to-publicity", "feedback-accepted", "rectify-in-rounds", "visits/scanned"),
    *("credit/bar-by-annulment", "credit/objection-review"),
)
"""True scenarios every change is held to; `make nightly` runs all of them."""
EVERY_DAY_FALSE = ("decide_repair", "expect", "inspect")


def shenguan(*words: str, folder: Path) -> tuple[int, str, Mapping[str, Any]]:
    """Run the command as a person does: its exit code, what it told, and its JSON."""
    file = folder / "scenarios.json"
    command = [sys.executable, "-c", "from ops.cli import main; main()", "scenario", *words, "--json", str(file)]
    ended = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    document = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return ended.returncode, ended.stdout + ended.stderr, document


def true(names: Sequence[str], folder: Path) -> None:
    """All of these pass, each by expectations that could have failed."""
    code, told, document = shenguan(*(str(SCENARIOS / f"{name}.yaml") for name in names), folder=folder)
    assert code == Exit.DONE, told
    assert (document["scenarios"], document["passed"], document["failed"]) == (len(names), len(names), 0)
    assert all(each["expectations"] for each in document["results"])


def false(words: Sequence[str], folder: Path) -> None:
    """All of these fail, each exactly where it is false."""
    code, told, document = shenguan(*(str(SCENARIOS / "false" / f"{word}.yaml") for word in words), folder=folder)
    assert code == Exit.FINDING, told
    assert document["failed"] == len(words)
    for result in document["results"]:
        (failed,) = [each for each in result["expectations"] if not each["passed"]]
        assert failed["what"].startswith("expect ") or failed["what"].endswith(" refused"), result
        assert failed["differences"], result
        assert all(difference["zh"] and difference["en"] for difference in failed["differences"]), result


def test_what_is_true_passes(tmp_path: Path) -> None:
    true(EVERY_DAY, tmp_path)


def test_what_is_false_fails_where_it_is_false(tmp_path: Path) -> None:
    false(EVERY_DAY_FALSE, tmp_path)


@pytest.mark.nightly
def test_every_true_scenario_passes(tmp_path: Path) -> None:
    files = (file for file in SCENARIOS.glob("**/*.yaml") if file.parent.name != "false")
    names = sorted(str(file.relative_to(SCENARIOS).with_suffix("")) for file in files)
    assert len(names) >= 40
    true(names, tmp_path)


@pytest.mark.nightly
def test_for_every_verb_the_false_scenario_fails(tmp_path: Path) -> None:
    false(sorted(STEPS), tmp_path)


def test_what_is_unreadable_never_runs(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    text = (SCENARIOS / "new-licence.yaml").read_text(encoding="utf-8")
    file.write_text(text.replace("- conclude:", "- conquer:"), encoding="utf-8")
    code, told, document = shenguan(str(file), str(SCENARIOS / "cancel.yaml"), folder=tmp_path)
    assert (code, document) == (Exit.USAGE, {})
    assert "wrong.yaml:" in told
    assert "unknown verb conquer" in told


def test_a_step_that_cannot_be_taken_fails_its_scenario_alone(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    text = (SCENARIOS / "cancel.yaml").read_text(encoding="utf-8")
    file.write_text(
        text.replace("catalogues/", f"{SCENARIOS}/catalogues/").replace("case: A1, by", "case: A7, by"),
        encoding="utf-8",
    )
    code, told, document = shenguan(str(file), str(SCENARIOS / "cancel.yaml"), folder=tmp_path)
    assert code == Exit.FINDING
    assert [each["passed"] for each in document["results"]] == [False, True]
    assert "there is no such task" in told
    assert "case: A1" in told


async def test_a_service_that_cannot_be_imported_is_told_with_its_log() -> None:
    folder = temporary_folder()
    nursery = Nursery(["no_such_service"], folder.log("nursery"))
    try:
        with pytest.raises(Exception, match="No module named 'no_such_service'"):
            await nursery.start()
    finally:
        await nursery.stop()
        folder.remove()
