"""Schemathesis against the three running services: what fits the description and what does not, never a 5xx."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

import pytest

from tests.fuzz.routes import LEFT_OUT
from tests.fuzz.standing import Standing, standing

pytestmark = [pytest.mark.servers, pytest.mark.nightly]
SEED = "7"
EXAMPLES = "10"
WORKBOOKS = Path(__file__).with_name("workbook_bodies.py")


@pytest.fixture
async def stack() -> AsyncIterator[Standing]:
    async with standing() as running:
        yield running


def checked(url: str, headers: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    left_out = [part for path in LEFT_OUT for part in ("--exclude-path", path)]
    carried = [part for name, value in headers.items() for part in ("-H", f"{name}:{value}")]
    asked = [
        "--checks",
        "not_a_server_error",
        "--phases",
        "coverage,fuzzing",
        "--mode",
        "all",
        "--max-examples",
        EXAMPLES,
    ]
    usual = ["--seed", SEED, "--continue-on-failure", "--generation-database", "none", "--no-color"]
    quiet = ["--suppress-health-check", "all", "--warnings", "off"]
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json"]
    return subprocess.run(
        [*command, *asked, *usual, *quiet, *left_out, *carried],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": WORKBOOKS.stem, "PYTHONPATH": str(WORKBOOKS.parent)},
    )


@pytest.mark.timeout(2400)
async def test_no_service_fails_on_anything_its_description_allows_or_forbids(stack: Standing, tmp_path: Path) -> None:
    callers = [stack.headers, *stack.others.values()]
    for url, signed_in in product(stack.urls.values(), callers):
        ended = checked(url, dict(signed_in), tmp_path)
        assert ended.returncode == 0, ended.stdout[-8000:] + ended.stderr[-2000:]
        assert "Tested: 0" not in ended.stdout
