"""The command line of the console: help with an example, and a plain word when it is away."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from console.cli import app


@pytest.mark.parametrize("command", ["board", "report", "fix", "rebuild", "migrate"])
def test_every_command_helps_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert "例 / example: shenguan console" in shown.output
    assert "--json" in shown.output


def test_a_report_that_cannot_be_had_leaves_no_file(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    asked = ["report", "--month", "2026-11", "--pdf", str(target), "--url", "http://127.0.0.1:9"]
    shown = CliRunner().invoke(app, asked, env={"SHENGUAN_TOKEN": "x"})
    assert (shown.exit_code, target.exists()) == (1, False)
    assert "http://127.0.0.1:9" in shown.output
