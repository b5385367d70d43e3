"""The demo as a person starts it: the real services, twice on the same state; nothing is done twice, nothing is left."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.running import find_running
from ops.state_folder import temporary_folder

pytestmark = pytest.mark.servers

JOINING = Path(__file__).parents[2] / "examples" / "joining"


def demo(state: Path) -> dict[str, Any]:
    start = [sys.executable, "-c", "from ops.cli import main; main()", "demo", "--headless", "--exit", "--json"]
    ended = subprocess.run(
        [*start, "--state", str(state), "--data", str(JOINING)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def test_the_demo_checks_itself_and_changes_nothing_the_second_time() -> None:
    state = temporary_folder()
    try:
        first, second = demo(state.path), demo(state.path)
        assert find_running(state.path) is None
    finally:
        state.remove()
    figures = first["figures"]
    assert figures["joined"] == 20
    assert figures["tasks"] - figures["ad_hoc"] + figures["joined"] + figures["unmatched"] == 66
    assert (figures["lost"], figures["duplicated"], figures["outbox_pending"]) == (0, 0, 0)
    assert second["figures"] | {"seconds": 0} == figures | {"seconds": 0}
    assert set(first["restarts"].values()) == {0}
