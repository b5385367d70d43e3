"""The command line is composed without importing a service, and every command shows how it is used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.cli import _ENTRIES, Entry

OURS = [entry for entry in _ENTRIES if entry.name != "replay"]
PROBE = """
import sys
from ops.cli import application
try:
    application()(["--help"], prog_name="shenguan")
except SystemExit:
    pass
print("loaded", sorted({name.partition(".")[0] for name in sys.modules} & {"approval", "supervision", "credit", "nats", "asyncpg"}))
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)


def test_the_help_lists_every_command_and_service_and_loads_none_of_them() -> None:
    shown = run("-c", PROBE).stdout
    for name in [entry.name for entry in _ENTRIES] + ["approval", "supervision", "credit", "catalogue"]:
        assert f" {name} " in shown
    assert shown.strip().endswith("loaded []")


@pytest.mark.parametrize("entry", OURS, ids=lambda entry: entry.name)
def test_the_help_of_a_command_has_an_example_and_a_json_option(entry: Entry) -> None:
    shown = run("-c", "from ops.cli import main; main()", entry.name, "--help")
    assert shown.returncode == 0
    assert "例 / example: shenguan" in shown.stdout
    assert "--json" in shown.stdout


def test_an_unknown_command_is_wrong_use() -> None:
    assert run("-c", "from ops.cli import main; main()", "conquer").returncode == 2


def test_a_wrong_number_of_processes_is_refused_before_anything_starts(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    refused = run("-c", "from ops.cli import main; main()", "up", "--replicas", "credit=0", "--state", state)
    assert refused.returncode == 2
    assert "credit 的进程数 0 应为 1 至 16 的整数" in refused.stderr
    assert "the number of processes of credit must be a whole number from 1 to 16" in refused.stderr
    assert list(tmp_path.iterdir()) == []
