"""The command line of credit: help with an example, and a plain word when the service is away."""

import pytest
from typer.testing import CliRunner

from credit.cli import app


@pytest.mark.parametrize(
    "command",
    ["show", "public", "scorecard", "migrate", "explain", "what-if", "rebuild", "rules draft", "rules publish"],
)
def test_every_command_helps_with_an_example(command: str) -> None:
    shown = CliRunner().invoke(app, [*command.split(), "--help"], env={"COLUMNS": "160"})
    assert shown.exit_code == 0
    assert "例 / example: shenguan credit" in shown.output
    assert "--json" in shown.output


def test_a_service_that_is_away_is_named_and_the_exit_code_says_so() -> None:
    shown = CliRunner().invoke(app, ["show", "099", "1", "--url", "http://127.0.0.1:9"])
    assert shown.exit_code == 1
    assert "http://127.0.0.1:9" in shown.output
