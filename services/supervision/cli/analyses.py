"""The analyses on the command line (目录分析命令): lint, gaps, diff, impact, what-if; they change nothing."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table

VERSIONS = "/api/v1/catalogue-versions"
Version = Annotated[str, typer.Argument(help="版本号 / version")]
Items = Annotated[
    Path | None,
    typer.Option("--items", help="事项清单 CSV（事项编码、事项名称）/ list of items", exists=True, dir_okay=False),
]
From = Annotated[str, typer.Option("--from", help="起始日（含）/ first day")]
To = Annotated[str, typer.Option("--to", help="截止日（不含）/ day after the last")]
_HEADINGS = {"事项编码": "item_code", "item_code": "item_code", "事项名称": "name", "name": "name"}


def add_commands(app: typer.Typer) -> None:
    """Put the commands on ``shenguan catalogue``."""
    app.command(epilog="例 / example: shenguan catalogue lint 2026-1 --items items.csv")(lint)
    app.command(epilog="例 / example: shenguan catalogue gaps 2026-1 --from 2025-01-01 --to 2026-01-01")(gaps)
    app.command(epilog="例 / example: shenguan catalogue diff 2025-2 2026-1")(diff)
    app.command(epilog="例 / example: shenguan catalogue impact 2026-1 --json")(impact)
    example = "例 / example: shenguan catalogue what-if 2026-1 --from 2025-01-01 --to 2026-01-01"
    app.command("what-if", epilog=example)(what_if)


def lint(version: Version, items: Items = None, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """检查一个版本；有疑点时退出码 1 / doubts about a version; exit code 1 when there are any."""
    found = _asked(url, f"{VERSIONS}/{version}/lint", items, {})
    doubts = found["findings"]
    if as_json:
        print_json(found)
    elif not doubts:
        typer.echo(f"{version}: 没有疑点 / no findings")
    else:
        print_table(f"疑点 findings of {version}", ("rule", "link", "item_code", "department", "zh"), doubts)
    if doubts:
        raise typer.Exit(1)


def gaps(
    version: Version,
    items: Items = None,
    first: From = "",
    end: To = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """未联动的审批事项、期间内从未触发的监管事项 / items without a link, links never triggered."""
    found = _asked(url, f"{VERSIONS}/{version}/gaps", items, _period(first, end))
    if as_json:
        return print_json(found)
    columns = ("item_code", "name", "decisions", "last_decided_on", "listed")
    print_table("未联动事项 unlinked items", columns, found["unlinked_items"])
    silent = ("link_code", "item_code", "supervise_item_code", "department")
    return print_table("从未触发 never triggered", silent, found["never_triggered"])


def diff(
    before: Annotated[str, typer.Argument(help="旧版本 / older version")],
    after: Annotated[str, typer.Argument(help="新版本 / newer version")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """两个版本的差异，逐字段 / difference of two versions, field by field."""
    found = ask("GET", url, f"{VERSIONS}/diff", params={"from": before, "to": after})
    if as_json:
        return print_json(found)
    return print_table(f"差异 {before} → {after}", ("what", "code", "field", "before", "after"), _diff_rows(found))


def _diff_rows(found: Any) -> Iterable[dict[str, Any]]:
    for change in found["header"]:
        yield {"what": "版本 version", **change}
    for name, word in (("added", "新增 added"), ("removed", "删除 removed")):
        yield from ({"what": word, "code": link["code"], "after": link["item_code"]} for link in found[name])
        yield from ({"what": word, "code": code, "field": "检查表"} for code in found[f"checklists_{name}"])
    for link in found["changed"]:
        yield from ({"what": "变更 changed", "code": link["code"], **change} for change in link["changes"])
    yield from ({"what": "变更 changed", "code": code, "field": "检查表"} for code in found["checklists_changed"])


def impact(version: Version, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """此版本会改变哪些未办结任务 / open tasks the version would change."""
    found = ask("GET", url, f"{VERSIONS}/{version}/impact")
    if as_json:
        return print_json(found)
    rows = (
        link | {"changes": [change["field"] for change in link["changes"]]}
        for link in found["links"]
        if link["effect"] != "UNCHANGED"
    )
    columns = ("catalogue_version", "link_code", "department", "effect", "open_tasks", "changes")
    print_table(f"影响 impact of {version}", columns, rows)
    return typer.echo(f"未办结 open {found['open_tasks']} · 受影响 affected {found['affected_tasks']}")


def what_if(
    version: Version,
    first: From = "",
    end: To = "",
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """用此版本重新匹配一段时间的决定，只读 / match the decisions of a period with this version, read only."""
    found = ask("GET", url, f"{VERSIONS}/{version}/what-if", params=_period(first, end))
    if as_json:
        return print_json(found)
    loads = [*found["departments"], {"department": "合计 total", **found["total"]}]
    title = f"推演 what-if {version}（{found['decisions']} 件决定 decisions）"
    print_table(title, ("部门 department", "任务 tasks", "增减 +/-", "上门 visits", "人日 days"), map(_load_row, loads))
    seen = found["enterprises"]
    typer.echo(f"未匹配 unmatched {found['unmatched_before']} → {found['unmatched_after']}")
    typer.echo(
        f"企业 enterprises {seen['visited_before']} → {seen['visited_after']}，"
        f"综合查一次 joint visits {seen['joint_visits_before']} → {seen['joint_visits_after']}"
    )
    return typer.echo(f"每户次数 visits each {seen['distribution_before']} → {seen['distribution_after']}")


def _load_row(load: Any) -> dict[str, str]:
    return {
        "部门 department": load["department"],
        "任务 tasks": f"{load['tasks_before']} → {load['tasks_after']}",
        "增减 +/-": f"+{load['tasks_added']} -{load['tasks_removed']}",
        "上门 visits": f"{load['visits_before']} → {load['visits_after']}",
        "人日 days": f"{load['officer_days_before']} → {load['officer_days_after']}",
    }


def _asked(url: str, path: str, items: Path | None, params: dict[str, str]) -> Any:
    if items is None:
        return ask("GET", url, path, params=params)
    return ask("POST", url, path, params=params, json={"items": _items(items)})


def _period(first: str, end: str) -> dict[str, str]:
    return {name: said for name, said in (("from", first), ("to", end)) if said}


def _items(file: Path) -> list[dict[str, str]]:
    """The list, from CSV in UTF-8 or GB18030; columns nobody asks for are left."""
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", errors="replace")
    rows = list(csv.DictReader(StringIO(text, newline="")))
    found = [{_HEADINGS[name]: (row[name] or "").strip() for name in row if name in _HEADINGS} for row in rows]
    if not rows or not all(item.get("item_code") for item in found):
        said = f"{file} 应为 CSV，列名含 事项编码、事项名称 / must be CSV with 事项编码 (item_code), 事项名称 (name)"
        typer.echo(said, err=True)
        raise typer.Exit(1)
    return found
