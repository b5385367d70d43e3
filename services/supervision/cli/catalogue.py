"""`shenguan catalogue …` (命令行): the linkage catalogue of the running supervision service, through its public API."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Annotated, Any

import typer

from supervision.cli.analyses import add_commands
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

app = typer.Typer(name="catalogue", help="审管联动事项目录清单 / the linkage catalogue", no_args_is_help=True)

VERSIONS = "/api/v1/catalogue-versions"
Version = Annotated[str, typer.Argument(help="版本号 / version")]
By = Annotated[str, typer.Option("--by", help="经办人编号 / code of the person", envvar="SHENGUAN_PERSON")]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM = ("version", "effective_from", "effective_to", "change_reason", "checklists", "links")


@app.command("import", epilog="例 / example: shenguan catalogue import catalogue.xlsx --by P-01 --publish-by P-02")
def import_file(
    file: Annotated[Path, typer.Argument(help="xlsx 或 JSON 文件 / file", exists=True, dir_okay=False)],
    by: By,
    publish_by: Annotated[
        str, typer.Option(help="随即提交并由此人发布（须另一人）/ submit and publish at once, by this other person")
    ] = "",
    annotated: Annotated[
        Path | None, typer.Option(help="有误时批注文件的去处 / where a broken file goes, with notes")
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """导入一个版本为草稿；文件有误时给出批注文件，什么都不保存 / import a draft; a broken file changes nothing."""
    if file.suffix.lower() == ".json":
        receipt = ask("POST", url, VERSIONS, json=_document(file) | {"by": by})
    else:
        receipt = _import_workbook(url, file, by, annotated or file.with_suffix(".annotated.xlsx"), as_json=as_json)
    if publish_by:
        receipt = _published(url, receipt, by, publish_by)
    _tell(receipt, as_json=as_json)


@app.command("export", epilog="例 / example: shenguan catalogue export catalogue.xlsx --version 2026-1")
def export_file(
    file: Annotated[Path, typer.Argument(help="写到哪个 xlsx 或 JSON 文件 / file to write", dir_okay=False)],
    version: Annotated[str, typer.Option(help="版本号 / version")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """导出一个版本，可原样导入 / export a version; importing it gives the same version."""
    if file.suffix.lower() == ".json":
        found = ask("GET", url, f"{VERSIONS}/{version}")
        document = {name: found[name] for name in _FORM}
        file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    else:
        answer = answered("GET", url, f"{VERSIONS}/{version}/file")
        if answer.is_error:
            tell_problem(problem_of(answer))
            raise typer.Exit(1)
        file.write_bytes(answer.content)
    if as_json:
        return print_json({"version": version, "file": str(file)})
    return typer.echo(f"{version}: 已导出 / exported → {file}")


@app.command(epilog="例 / example: shenguan catalogue submit 2026-1 --by P-01")
def submit(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """提交草稿，此后内容不可更改 / submit a draft; its content never changes afterwards."""
    _tell(ask("POST", url, f"{VERSIONS}/{version}:submit", json={"by": by}), as_json=as_json)


@app.command("send-back", epilog="例 / example: shenguan catalogue send-back 2026-1 --by P-02")
def send_back(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """把已提交的版本退回修改 / make a submitted version a draft again."""
    _tell(ask("POST", url, f"{VERSIONS}/{version}:send-back", json={"by": by}), as_json=as_json)


@app.command(epilog="例 / example: shenguan catalogue publish 2026-1 --by P-02")
def publish(version: Version, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """发布；须由起草人、提交人以外的另一人 / publish, by another person than drafter and submitter."""
    _tell(ask("POST", url, f"{VERSIONS}/{version}:publish", json={"by": by}), as_json=as_json)


@app.command(epilog="例 / example: shenguan catalogue retire 2026-1 --by P-02 --on 2026-12-31")
def retire(
    version: Version,
    by: By,
    on: Annotated[str, typer.Option(help="停用日，省略为今天 / first day it no longer counts")] = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """停用一个已发布的版本 / retire a published version."""
    _tell(ask("POST", url, f"{VERSIONS}/{version}:retire", json={"by": by, "on": on or None}), as_json=as_json)


@app.command("list", epilog="例 / example: shenguan catalogue list --json")
def list_versions(url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """列出全部版本及其状态 / list the versions and where they stand."""
    found = ask("GET", url, VERSIONS)
    if as_json:
        return print_json(found)
    columns = ("version", "state", "in_force", "effective_from", "effective_to", "links", "drafted_by", "published_by")
    return print_table("目录版本 versions", columns, found["items"])


@app.command(epilog="例 / example: shenguan catalogue show 2026-1 --json")
def show(version: Version, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """显示一个版本的联动关系 / show the links of a version."""
    found = ask("GET", url, f"{VERSIONS}/{version}")
    if as_json:
        return print_json(found)
    columns = ("code", "item_code", "triggers", "department", "relation", "method", "claim_limit", "checklist")
    return print_table(f"联动关系 links of {version} ({found['state']})", columns, found["links"])


def _import_workbook(url: str, file: Path, by: str, annotated: Path, *, as_json: bool) -> Any:
    answer = answered(
        "POST",
        url,
        f"{VERSIONS}:import",
        params={"by": by, "annotated": True},
        content=file.read_bytes(),
        headers={"content-type": _XLSX},
    )
    if answer.is_success:
        return answer.json()
    problem = problem_of(answer)
    if notes := problem.pop("annotated", None):
        annotated.write_bytes(b64decode(notes))
        problem["annotated_file"] = str(annotated)
    if as_json:
        print_json(problem)
    else:
        tell_problem(problem)
        if notes:
            typer.echo(f"批注文件 / annotated copy: {annotated}", err=True)
    raise typer.Exit(1)


def _published(url: str, receipt: Any, by: str, publish_by: str) -> Any:
    """Bring a version into force from wherever it stands; what is published already stays so."""
    path = f"{VERSIONS}/{receipt['version']}"
    if receipt["state"] == "DRAFT":
        receipt = ask("POST", url, f"{path}:submit", json={"by": by})
    if receipt["state"] == "SUBMITTED":
        receipt = ask("POST", url, f"{path}:publish", json={"by": publish_by})
    return receipt


def _tell(receipt: Any, *, as_json: bool) -> None:
    if as_json:
        return print_json(receipt)
    state = {"DRAFT": "草稿", "SUBMITTED": "已提交", "PUBLISHED": "已发布", "RETIRED": "已停用"}[receipt["state"]]
    counts = f"{receipt['links']} 条联动关系 links, {receipt['checklists']} 张检查表 checklists"
    return typer.echo(f"{receipt['version']}: {state} / {receipt['state']} ({counts})")


def _document(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        typer.echo(f"{file} 不是 UTF-8 编码的 JSON，请检查 / is not JSON in UTF-8 ({error})", err=True)
        raise typer.Exit(1) from error
    return {name: document[name] for name in document if name != "by"} if isinstance(document, dict) else {}


add_commands(app)
