"""`shenguan visit …` (入企检查命令): request, approve and announce a visit, see what an enterprise's caps have left."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any

import typer

from kernel.visit import VisitKind
from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table

app = typer.Typer(name="visit", help="入企检查 / site visits of enterprises", no_args_is_help=True)
Day = Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="计划日期 / the planned day")]
By = Annotated[str, typer.Option(help="经办人编码 / code of the person")]
VisitNo = Annotated[str, typer.Argument(metavar="VISIT", help="入企检查标识 / id of the visit")]


@app.command(
    epilog="例 / example: shenguan visit request scenario 1号店 --department SCJG --on 2026-03-05 --officer food-1 "
    "--officer food-2 --matter 0016400=食品安全检查 --reason 日常检查 --law 食品安全法第一百一十条 --by food-1"
)
def request(
    source_system: Annotated[str, typer.Argument(metavar="SOURCE", help="来源系统 / source system")],
    object_no: Annotated[str, typer.Argument(metavar="OBJECT", help="对象编号 / object number")],
    department: Annotated[str, typer.Option(help="监管部门 / department")],
    on: Day,
    officer: Annotated[list[str], typer.Option(help="执法人员，写两次以上 / an officer, at least twice")],
    matter: Annotated[list[str], typer.Option(help="检查事项，编码=名称 / a matter, code=name")],
    reason: Annotated[str, typer.Option(help="事由 / why")],
    law: Annotated[str, typer.Option(help="法律依据 / legal basis")],
    by: By,
    kind: Annotated[VisitKind, typer.Option(help="检查类型 / kind")] = VisitKind.ROUTINE,
    exemption: Annotated[str, typer.Option(help="豁免情形，见 GET visit-rules / exemption")] = "",
    document: Annotated[str, typer.Option(help="豁免的文书号 / document of the exemption")] = "",
    task: Annotated[list[str] | None, typer.Option(help="所服务的任务 / a task it serves")] = None,
    joint_with: Annotated[str | None, typer.Option(help="并入哪一次 / the visit it joins")] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """申请一次入企检查 / request a site visit."""
    matters = [dict(zip(("code", "name"), each.split("=", 1), strict=False)) for each in matter]
    form = {
        "source_system": source_system,
        "object_no": object_no,
        "department": department,
        "kind": kind.value,
        "planned_on": on.date().isoformat(),
        "officers": officer,
        "matters": matters,
        "reason": reason,
        "legal_basis": law,
        "exemption": exemption,
        "exemption_document": document,
        "tasks": task or [],
        "by": by,
        "joint_with": joint_with,
    }
    found = ask("POST", url, "/api/v1/site-visits", json=form)
    if as_json:
        return print_json(found)
    for line in told(found):
        typer.echo(line)
    return None


@app.command(epilog="例 / example: shenguan visit approve 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by head-scjg")
def approve(visit_no: VisitNo, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """审批一次入企检查，须另一人 / approve a site visit, as a second person."""
    _does("approve", visit_no, by, url, as_json=as_json)


@app.command(epilog="例 / example: shenguan visit announce 0199f0d2-6b1c-7c33-8a55-0d5f6a1f3c77 --by food-1")
def announce(visit_no: VisitNo, by: By, url: Url = DEFAULT_URL, as_json: Json = False) -> None:
    """告知企业并生成检查码 / announce a site visit; the code is made."""
    _does("announce", visit_no, by, url, as_json=as_json)


@app.command(epilog="例 / example: shenguan visit counts 92999999MA00000151 --year 2026")
def counts(
    id_no: Annotated[str, typer.Argument(metavar="NUMBER", help="企业的统一社会信用代码 / code of the enterprise")],
    id_type: Annotated[str, typer.Option(help="证件类型 / id type")] = "001",
    year: Annotated[int | None, typer.Option(help="年，缺省为今年 / year, this one when left out")] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """一个企业一年里被检查了几次 / how often an enterprise was visited in a year."""
    asked = {"id_type": id_type, "id_no": id_no} | ({"year": str(year)} if year else {})
    found = ask("GET", url, "/api/v1/visit-counts", params=asked)
    if as_json:
        return print_json(found)
    rows = [each | {"caps": _used(each["caps"])} for each in found["departments"]]
    title = f"{found['year']} 年频次，合计 {found['total']} / visits, {found['total']} in all"
    return print_table(title, ("department", "level", "visits", "caps"), rows)


@app.command(epilog="例 / example: shenguan visit suggest --from 2026-03-01 --to 2026-03-31")
def suggest(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="首日 / first day")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="末日 / last day")],
    id_no: Annotated[str | None, typer.Option(help="只看一个企业 / one enterprise alone")] = None,
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """哪些企业可以综合查一次 / which enterprises several departments could visit together."""
    days: dict[str, date] = {"from": first.date(), "to": last.date()}
    asked = {name: day.isoformat() for name, day in days.items()} | ({"id_no": id_no} if id_no else {})
    found = ask("GET", url, "/api/v1/visits:merge-suggestions", params=asked)
    if as_json:
        return print_json(found)
    columns = ("source_system", "object_no", "object_name", "subject_name", "departments")
    return print_table("合并建议 / could be visited together", columns, found["items"])


def told(visit: Mapping[str, Any]) -> Iterator[str]:
    """A visit and the advice that came with it, a line each."""
    yield f"{visit['number']} {visit['department']} {visit['planned_on']} {visit['state']} ({visit['visit_no']})"
    for cap in _used(visit.get("caps", ())):
        yield f"  频次 / cap {cap}"
    for each in visit.get("warnings", ()):
        yield f"  重复检查 / repeated: {each['day']} {each['department']} {each['number']} {each['state']}"
    for each in visit.get("merge_with", ()):
        yield f"  可以合并 / could be merged with: {each['department']} {each['number'] or each['task_id']}"


def _does(verb: str, visit_no: str, by: str, url: str, *, as_json: bool) -> None:
    found = ask("POST", url, f"/api/v1/site-visits/{visit_no}:{verb}", json={"by": by})
    if as_json:
        return print_json(found)
    for line in told(found):
        typer.echo(line)
    if found["code"]:
        typer.echo(f"  检查码 / code {found['code']}")
    return None


def _used(caps: Any) -> list[str]:
    return [f"{each['cap']} {each['used']}/{each['per_year']}" for each in caps]
