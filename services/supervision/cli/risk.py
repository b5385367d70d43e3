"""`shenguan supervision risk` (风险等级说明): why an object has its class, in words."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from kernel.risk import RiskBasis
from supervision.cli.asking import DEFAULT_URL, Json, Url, ask, print_json, print_table

_HISTORY = ("at", "act", "cause", "previous", "risk_class", "by", "reason")


def risk(
    source_system: Annotated[str, typer.Argument(metavar="SOURCE", help="来源系统 / source system")],
    object_no: Annotated[str, typer.Argument(metavar="OBJECT", help="对象编号 / object number")],
    url: Url = DEFAULT_URL,
    as_json: Json = False,
) -> None:
    """说明一个对象的风险等级从何而来 / explain the risk class of an object."""
    found = ask("GET", url, f"/api/v1/objects/{quote(source_system, safe='')}/{quote(object_no)}/risk")
    if as_json:
        return print_json(found)
    for line in explained(found):
        typer.echo(line)
    if found["history"]:
        print_table("分级履历 / changes", _HISTORY, found["history"])
    return None


def explained(found: Mapping[str, Any]) -> Iterator[str]:
    """The class and each of its reasons, a line each."""
    if found["risk_class"] is None:
        yield "尚未分级 / not classified yet"
        return
    yield (
        f"{found['source_system']}:{found['object_no']} 风险等级 / risk class {found['risk_class']}"
        f"（分级表 / table {found['table_version']}）"
    )
    for reason in found["reasons"]:
        yield f"  {_REASONS[RiskBasis(reason['basis'])](reason)}"
    if override := found["override"]:
        yield (
            f"  人工调整 / override: {override['risk_class']} {override['from']} – {override['until']} "
            f"{override['state']}，{override['ordered_by']}：{override['reason']}"
        )


_REASONS = {
    RiskBasis.GRADE: lambda reason: f"信用等级 / credit grade: {reason['value'] or '尚无 / none known'}",
    RiskBasis.ITEM: lambda reason: (
        f"事项风险 / item risk: {reason['value']}（{reason['about'] or '没有已知事项，取分级表的缺省 / no item, the default of the table'}）"
    ),
    RiskBasis.OVERRIDE: lambda reason: f"按人工调整 / as ordered: {reason['value']}",
}
