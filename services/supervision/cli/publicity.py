"""`shenguan publicity …` (抽查结果公示): what is owed to the public, how much is shown, and the verbs, through the API."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from kernel.clock import china_day
from kernel.publicity import PublicityCause
from supervision.cli.asking import (
    DEFAULT_URL,
    Json,
    Url,
    answered,
    ask,
    print_json,
    print_table,
    problem_of,
    tell_problem,
)

app = typer.Typer(name="publicity", help="抽查结果公示 / publicity of results", no_args_is_help=True)

_PATH = "/api/v1/publicity"
_ACCEPTED = 300
_OWED = ("publication_no", "due_on", "department", "object_name", "matter_name", "inspected_on", "result")
_COVERAGE = ("department", "due", "in_time", "late", "missing", "running", "share")
_HISTORY = ("version", "act", "by", "at", "cause", "reason", "result_class")
Number = Annotated[str, typer.Argument(metavar="PUBLICATION", help="公示编号 / number of the publication")]
By = Annotated[str, typer.Option("--by", help="经办人编号 / code of the person", envvar="SHENGUAN_PERSON")]
Cause = Annotated[PublicityCause, typer.Option(help="缘由 / cause")]
Reason = Annotated[str, typer.Option(help="理由 / why")]
Class = Annotated[str, typer.Option("--class", help="抽查结果类型，缺省按检查结果 / class of the result")]
Department = Annotated[str | None, typer.Option(help="公示部门 / department")]


@app.command(epilog="例 / example: shenguan publicity due --department SCJG --within 3")
def due(
    department: Department = None,
    within: Annotated[int, typer.Option(min=0, help="今后几天内到期的 / due within so many days")] = 3650,
    limit: Annotated[int, typer.Option(min=1, max=500, help="最多条数 / at most")] = 50,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """列出待公示的检查结果 / list the results that are still owed to the public."""
    today = date.fromisoformat(_span(url, None, None)["as_of"])
    asked = {"state": "PENDING", "due_by": str(today + timedelta(days=within)), "limit": limit}
    found = ask("GET", url, _PATH, params=asked | ({"department": department} if department else {}))
    if as_json:
        return print_json(found)
    return print_table("待公示 owed to the public", _OWED, found["items"])


@app.command(epilog="例 / example: shenguan publicity coverage --from 2026-01-01 --to 2026-03-31 --department SCJG")
def coverage(
    begin: Annotated[str | None, typer.Option("--from", help="结果形成日起，缺省为年初 / first day")] = None,
    end: Annotated[str | None, typer.Option("--to", help="止，缺省为今天 / last day")] = None,
    department: Department = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """按部门统计公示率 / how much is shown and in time, per department."""
    found = _span(url, begin, end, department)
    if as_json:
        return print_json(found)
    rows = [*found["items"], {"department": "合计 total", **found["total"]}]
    return print_table(f"公示率 coverage {found['from']} – {found['to']}", _COVERAGE, rows)


@app.command(epilog="例 / example: shenguan publicity show 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77")
def show(number: Number, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """显示一项公示及其履历 / show a publication and everything done to it."""
    _tell(ask("GET", url, f"{_PATH}/{number}"), as_json=as_json)


@app.command(epilog="例 / example: shenguan publicity days 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77")
def days(number: Number, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """逐日说明公示时限如何算出 / explain the last day to publicise day by day."""
    found = ask("GET", url, f"{_PATH}/{number}/days")
    if as_json:
        return print_json(found)
    rows = [{**day, "why": ", ".join(day["why"])} for day in found["days"]]
    return print_table(f"{found['limit']} → {found['due_on']} 24:00", ("day", "number", "why", "source"), rows)


@app.command(epilog="例 / example: shenguan publicity publicise 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by P-01")
def publicise(
    by: By,
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="PUBLICATION...", help="公示编号 / numbers of publications")
    ] = None,
    result_class: Class = "",
    file: Annotated[
        Path | None, typer.Option(help="或：每行一个编号的文件 / or a file, a number a line", exists=True)
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """公示一项或多项；由没有参加检查的人办理 / publicise, by somebody who did not inspect."""
    written = file.read_text(encoding="utf-8").split() if file else []
    asked = [{"publication_no": each, "by": by, "result_class": result_class} for each in [*(numbers or []), *written]]
    if not asked:
        typer.echo("请写明公示编号，或用 --file / name a publication, or use --file", err=True)
        raise typer.Exit(2)
    answers = list(_batch(url, asked))
    if as_json:
        print_json(answers)
    else:
        for said, answer in zip(asked, answers, strict=True):
            if "problem" in answer:
                typer.echo(f"{said['publication_no']}:", err=True)
                tell_problem(answer["problem"])
            else:
                typer.echo(f"{answer['publication_no']}: {answer['state']}")
    if any("problem" in answer for answer in answers):
        raise typer.Exit(1)


@app.command(
    epilog="例 / example: shenguan publicity correct 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by P-02 --cause CHANGED "
    "--reason 复议变更 --class NO_PROBLEM"
)
def correct(
    number: Number,
    by: By,
    cause: Cause,
    reason: Reason,
    result_class: Class = "",
    matter: Annotated[str | None, typer.Option(help="抽查事项名称 / name of the matter")] = None,
    subject: Annotated[str | None, typer.Option(help="主体名称 / name of the organisation")] = None,
    inspected_on: Annotated[str | None, typer.Option(help="检查日期 / day of the inspection")] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """更正公示内容；须另一人 / correct what is shown, by another person than who showed it."""
    said = {"result_class": result_class or None, "matter_name": matter, "subject_name": subject}
    _do(
        url,
        number,
        "correct",
        {"by": by, "cause": cause, "reason": reason, **said, "inspected_on": inspected_on},
        as_json=as_json,
    )


@app.command(
    epilog="例 / example: shenguan publicity question 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by P-09 --cause ANNULLED "
    "--reason 检查被撤销"
)
def question(
    number: Number, by: By, cause: Cause, reason: Reason, url: Url = DEFAULT_URL, as_json: Json = False
) -> None:
    """说明公示的结果已变更、撤销或有异议 / say that what is shown was changed, annulled or objected to."""
    _do(url, number, "question", {"by": by, "cause": cause, "reason": reason}, as_json=as_json)


@app.command(
    epilog="例 / example: shenguan publicity uphold 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by P-02 --reason 核实无误"
)
def uphold(number: Number, by: By, reason: Reason, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """核实后维持公示 / uphold what is shown."""
    _do(url, number, "uphold", {"by": by, "reason": reason}, as_json=as_json)


@app.command(
    epilog="例 / example: shenguan publicity withdraw 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by P-02 --cause ANNULLED "
    "--reason 检查被撤销"
)
def withdraw(
    number: Number, by: By, cause: Cause, reason: Reason, url: Url = DEFAULT_URL, as_json: Json = False
) -> None:
    """撤下公示，不能恢复；须另一人 / withdraw what is shown for good, by another person than who showed it."""
    _do(url, number, "withdraw", {"by": by, "cause": cause, "reason": reason}, as_json=as_json)


def _do(url: str, number: str, verb: str, body: Mapping[str, Any], *, as_json: bool) -> None:
    said = {name: value for name, value in body.items() if value is not None}
    _tell(ask("POST", url, f"{_PATH}/{number}:{verb}", json=said), as_json=as_json)


def _span(url: str, begin: str | None, end: str | None, department: str | None = None) -> Any:
    """The coverage from the first day of the year to today, unless other days are asked for."""
    today = china_day(datetime.fromisoformat(ask("GET", url, "/ops/v1/clock")["now"])).isoformat()
    asked = {"from": begin or f"{today[:4]}-01-01", "to": end or today}
    return ask("GET", url, f"{_PATH}/coverage", params=asked | ({"department": department} if department else {}))


def _batch(url: str, lines: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    content = "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    answer = answered("POST", url, f"{_PATH}:batch", content=content, headers={"content-type": "application/x-ndjson"})
    if answer.status_code >= _ACCEPTED:
        tell_problem(problem_of(answer))
        raise typer.Exit(1)
    return (json.loads(line) for line in answer.text.splitlines())


def _tell(found: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        return print_json(found)
    typer.echo(
        f"{found['publication_no']} {found['state']} 第 {found['version']} 版 / version {found['version']}，"
        f"末日 / due {found['due_on']}，首次公示 / first shown {found['publicised_on'] or '—'}"
    )
    typer.echo(
        f"  {found['department']} · {found['matter_name']} · {found['object_name']} · {found['result_class'] or found['result']}"
    )
    return print_table("公示履历 history", _HISTORY, found["history"])
