"""`shenguan api-key …` (接口密钥): make, list and revoke the keys of bureau systems.

Exit code 0: done; 1: refused, or the service was not reached.
"""

import json
from datetime import date, timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from approval.cli.asking import DEFAULT_URL, Json, Url, every, post, sentence
from kernel.role import Role

app = typer.Typer(name="api-key", help="接口密钥：业务系统用 / keys of bureau systems", no_args_is_help=True)

_USUAL_DAYS = 365
By = Annotated[str, typer.Option(help="经办人编码 / who does it")]


@app.command(
    epilog='例 / example: shenguan api-key add 市监局许可系统 --scope "POST /api/v1/cases" --source market --by SEC-01'
)
def add(
    name: Annotated[str, typer.Argument(help="给哪个系统 / the system it is for")],
    scope: Annotated[list[str], typer.Option(help="接口范围，可重复 / method and path, may be repeated")],
    source: Annotated[list[str], typer.Option(help="来源系统，可重复 / source systems")],
    by: By,
    department: Annotated[list[str] | None, typer.Option(help="部门；缺省为全部 / departments")] = None,
    region: Annotated[list[str] | None, typer.Option(help="区划；缺省为全部 / regions")] = None,
    days: Annotated[int, typer.Option(help="有效天数，最多 400 / days it is good for")] = _USUAL_DAYS,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """发放密钥；密钥只显示这一次 / make a key; it is shown this once."""
    body = {
        "name": name,
        "scopes": scope,
        "source_systems": source,
        "departments": department or ["*"],
        "regions": region or ["*"],
        "expires_on": (date.today() + timedelta(days=days)).isoformat(),  # noqa: DTZ011 - the day where the person sits
        "by": by,
    }
    answer = post(url, "/api/v1/api-keys", Role.SECURITY_ADMIN, json=body)
    told = answer.json()
    if answer.is_error:
        typer.echo(sentence(told), err=True)
        raise typer.Exit(1)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(
        f"密钥 {told['key_id']}，有效至 until {told['expires_on']}；请立即存好，不再显示 / keep it, it is not shown again:"
    )
    typer.echo(told["token"])


@app.command("list", epilog="例 / example: shenguan api-key list --json")
def list_keys(as_json: Json = False, url: Url = DEFAULT_URL) -> None:
    """列出密钥、范围与最近使用日期 / the keys, what they open, when they were last used."""
    keys = every(url, "/api/v1/api-keys", Role.SECURITY_ADMIN)
    if as_json:
        typer.echo(json.dumps(keys, ensure_ascii=False, indent=2))
        return
    table = Table("编号 id", "名称 name", "范围 scopes", "来源 sources", "有效至 until", "最近使用 used", "状态 state")
    for key in keys:
        state = f"已撤销 revoked: {key['revoked_why']}" if key["revoked"] else "有效 good"
        lists = ("\n".join(key["scopes"]), ", ".join(key["source_systems"]))
        table.add_row(key["key_id"], key["name"], *lists, key["expires_on"], key["last_used_on"] or "—", state)
    Console().print(table, markup=False)


@app.command(epilog="例 / example: shenguan api-key revoke 0f3a9c1b2d4e5f60 --reason 人员离岗 --by SEC-01")
def revoke(
    key_id: Annotated[str, typer.Argument(help="密钥编号 / id of the key")],
    reason: Annotated[str, typer.Option(help="理由 / why")],
    by: By,
    as_json: Json = False,
    url: Url = DEFAULT_URL,
) -> None:
    """撤销密钥，立即生效 / revoke a key, at once."""
    answer = post(url, f"/api/v1/api-keys/{key_id}:revoke", Role.SECURITY_ADMIN, json={"by": by, "reason": reason})
    told = answer.json()
    if answer.is_error:
        typer.echo(sentence(told), err=True)
        raise typer.Exit(1)
    done = json.dumps(told, ensure_ascii=False, indent=2)
    typer.echo(done if as_json else f"密钥 {key_id} 已撤销 / the key is revoked")
