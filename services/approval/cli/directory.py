"""`shenguan directory …` (通讯录): bring departments and people to approval, and show what does not hold together.

Exit code 0: done; 1: a line was refused, or the service was not reached.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from approval.cli.asking import DEFAULT_URL, File, Json, Url, every, post, rows_of, sentence, text_of
from kernel.role import Role

app = typer.Typer(name="directory", help="通讯录：部门与人员 / departments and people", no_args_is_help=True)

_DEPARTMENT_HEADINGS = {
    "部门编码": "code",
    "部门名称": "name",
    "统一社会信用代码": "uscc",
    "负责人": "head",
    "联络员": "liaison",
    "上级部门": "superior",
    "并入部门": "merged_into",
}
_PERSON_HEADINGS = {
    "人员编码": "code",
    "姓名": "name",
    "部门编码": "department",
    "离岗日期": "left_on",
    "接任人": "successor",
    "代理人": "deputy",
}


@app.command("import", epilog="例 / example: shenguan directory import departments.csv people.csv")
def import_files(departments: File, people: File, as_json: Json = False, url: Url = DEFAULT_URL) -> None:
    """登记部门与人员 CSV，列名见 README / list departments and people; columns are listed in the README."""
    answers = {
        "departments": _sent(url, "/api/v1/departments:batch", rows_of(text_of(departments), _DEPARTMENT_HEADINGS)),
        "people": _sent(url, "/api/v1/people:batch", rows_of(text_of(people), _PERSON_HEADINGS)),
    }
    bad = {name: [line for line in lines if _refused(line)] for name, lines in answers.items()}
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False, indent=2))
    else:
        for name, lines in answers.items():
            changed = sum(not _refused(line) and not line["duplicate"] for line in lines)
            typer.echo(f"{name}: 共 {len(lines)} 条 lines，变更 {changed} changed，被拒 {len(bad[name])} refused")
            for line in bad[name]:
                typer.echo(f"第 {line['line']} 条 / line {line['line']}: {sentence(line['problem'])}", err=True)
    if any(bad.values()):
        raise typer.Exit(1)


@app.command(epilog="例 / example: shenguan directory show --json")
def show(as_json: Json = False, url: Url = DEFAULT_URL) -> None:
    """显示通讯录，并指出缺失的联络员与无效的指向 / show the directory and what does not hold together."""
    departments, people = every(url, "/api/v1/departments"), every(url, "/api/v1/people")
    amiss = [{"entry": entry, "zh": zh, "en": en} for entry, zh, en in _amiss(departments, people)]
    if as_json:
        told = {"departments": departments, "people": people, "amiss": amiss}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    table = Table("编码 code", "名称 name", "联络员 liaison", "负责人 head", "上级 superior", "人员 people")
    for one in departments:
        staff = sum(person["department"] == one["code"] and not person["left_on"] for person in people)
        into = f" → {one['merged_into']}" if one["merged_into"] else ""
        table.add_row(one["code"], one["name"] + into, one["liaison"], one["head"], one["superior"], str(staff))
    Console().print(table, markup=False)
    for one in amiss:
        typer.echo(f"{one['entry']}: {one['zh']} / {one['en']}", err=True)


@app.command(epilog="例 / example: shenguan directory grants --person 1001 --json")
def grants(
    person: Annotated[str, typer.Option(help="人员编码；缺省为全部 / person, all by default")] = "",
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """列出角色授权：谁、何种角色、何时、由谁授予与确认 / who holds which role, granted and confirmed by whom."""
    found = [one for one in every(url, "/api/v1/role-grants", Role.SECURITY_ADMIN) if person in {"", one["person"]}]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table(
        "人员 person", "角色 role", "区划 region", "部门 department", "期间 days", "授予/确认 by", "状态 state"
    )
    for one in found:
        days = f"{one['starts_on']} – {one['ends_on'] or ''}"
        by = f"{one['granted_by']}/{one['confirmed_by'] or '—'}"
        table.add_row(one["person"], one["role"], one["region"], one["department"], days, by, one["state"])
    Console().print(table, markup=False)


def _amiss(departments: Sequence[dict[str, Any]], people: Sequence[dict[str, Any]]) -> Iterator[tuple[str, str, str]]:
    units = {one["code"] for one in departments}
    in_office = {one["code"] for one in people if not one["left_on"]}
    for one in departments:
        if not one["liaison"] and not one["merged_into"]:
            yield one["code"], "没有联络员", "has no liaison"
        for role in ("liaison", "head"):
            if one[role] and one[role] not in in_office:
                yield one["code"], f"{role} {one[role]} 未登记或已离岗", f"{role} {one[role]} is not in office"
        for role in ("superior", "merged_into"):
            if one[role] and one[role] not in units:
                yield one["code"], f"{role} {one[role]} 未登记", f"{role} {one[role]} is not listed"
    for one in people:
        for role in ("successor", "deputy"):
            if one[role] and one[role] not in in_office:
                yield one["code"], f"{role} {one[role]} 未登记或已离岗", f"{role} {one[role]} is not in office"


def _sent(url: str, path: str, rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    """The answers, one per row; an empty cell is left out, so that an empty day is none."""
    filled = ({name: value for name, value in row.items() if value.strip()} for row in rows)
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in filled)
    answer = post(url, path, content=lines.encode(), headers={"content-type": "application/x-ndjson"})
    return [json.loads(line) for line in answer.text.splitlines()]


def _refused(line: dict[str, Any]) -> bool:
    return int(line["status"]) >= httpx.codes.BAD_REQUEST
