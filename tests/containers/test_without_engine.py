"""Where no container engine answers, nobody can believe that the container tests ran."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def run_without_engine(**environment: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/containers/test_journey.py"]
    nowhere = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    ended = subprocess.run(
        command, cwd=PROJECT, env=kept | nowhere | environment, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout


def test_a_run_without_an_engine_says_loudly_that_container_tests_did_not_run() -> None:
    code, told = run_without_engine()
    assert code == 0, told
    assert "CONTAINER TESTS DID NOT RUN" in told
    assert 'run eval "$(tests/containers/engine-up)"' in told
    assert "1 skipped" in told.splitlines()[-1]


@pytest.mark.parametrize("said", ["true", pytest.param("True", marks=pytest.mark.nightly)])
def test_in_ci_a_run_without_an_engine_fails(said: str) -> None:
    code, told = run_without_engine(CI=said)
    assert code == 1, told
    assert "no container engine answers" in told
