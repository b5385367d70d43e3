"""`shenguan credit rebuild` (命令行): the state that follows from credit's own events, compared with the one it keeps."""

from typing import Annotated, Any

import typer
from rich.console import Console

from credit.cli.asking import DEFAULT_URL, Json, Url, lines, print_json, tell_problem

Verify = Annotated[
    bool, typer.Option("--verify", help="与现表比较，不同则退出码为 1 / compare with the tables, exit 1 if not equal")
]


def rebuild(verify: Verify = False, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """由事件日志重建信用状态，给出摘要；--verify 与现表比较 / rebuild credit from its events; --verify compares."""
    result: dict[str, Any] | None = None
    console = Console(stderr=True)
    with console.status("重建 rebuilding …") as status:
        for line in lines("POST", url, "/api/v1/rebuild-checks", params={"verify": verify}):
            if problem := line.get("problem"):
                tell_problem(problem)
                raise typer.Exit(1)
            result = line.get("result", result)
            if "step" in line:
                status.update(f"{_STEPS[line['step']]} {line['done']} / {line['of']}")
    if result is None:
        typer.echo("核对未完成，请重试 / the check did not finish; try again", err=True)
        raise typer.Exit(1)
    if as_json:
        print_json(result)
    else:
        _show(result)
    if not result.get("equal", True):
        raise typer.Exit(1)


_STEPS = {"events": "事件 events", "tables": "现表 tables"}


def _show(result: dict[str, Any]) -> None:
    counts = f"事件 events: {result['events']}   主体身份 identities: {result['identities']}   "
    typer.echo(f"{counts}记录 records: {result['records']}   规则 rules: {result['rules']}   {result['as_of']}")
    typer.echo(f"由事件 from events: {result['digest_of_events']}")
    if "equal" not in result:
        return
    typer.echo(f"现表   in tables:   {result['digest_of_tables']}")
    if result["waiting"]:
        typer.echo(f"待到期重评 waiting for the sweep: {result['waiting']}")
    if result["equal"]:
        typer.echo("一致 / equal")
        return
    typer.echo(f"不一致 / not equal: {result['differences']} 处差异 differences")
    for each in result["first_differences"]:
        what = f"{each['section']} {each['key']} {each['field'] or '整条 whole'}"
        typer.echo(f"  {what}: 由事件 from events {each['from_events']!r}，现表 in tables {each['in_tables']!r}")
