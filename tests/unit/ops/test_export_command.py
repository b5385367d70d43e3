"""The command line of exports knows every field table that is shipped, and says what to do when nobody answers."""

from typer.testing import CliRunner

from ops.export_command import ExportTable, app
from ops.loopback import HOST, free_port
from tests.fakes.field_rows import SERVICES, TABLES


def test_the_command_line_knows_every_table_and_whose_it_is() -> None:
    assert {table.value for table in ExportTable} == set(TABLES)
    for table in ExportTable:
        assert (SERVICES / table.service / "field_tables" / f"{table.value}.toml").is_file()


def test_a_service_that_does_not_run_is_named_in_both_languages() -> None:
    nobody = f"http://{HOST}:{free_port()}"
    ended = CliRunner().invoke(app, ["list", "--approval-url", nobody, "--supervision-url", nobody])
    assert ended.exit_code == 1
    assert "无法连接" in ended.output
    assert "cannot reach" in ended.output


def test_a_table_nobody_has_is_wrong_use() -> None:
    assert CliRunner().invoke(app, ["refusals", "nothing", "2026030200001"]).exit_code == 2
