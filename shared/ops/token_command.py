"""``shenguan token`` (令牌): a token of the development issuer of a state folder, for a person or a bureau's system."""

from pathlib import Path
from typing import Annotated

import typer

from kernel.refusal import Refusal
from kernel.role import Role
from ops.failure import CannotRun, Exit
from ops.issuer import BUSINESS, Issuer
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.state_folder import StateFolder
from ops.up_command import Json, State

Person = Annotated[str, typer.Option("--person", help="人员编码 / code of the person")]
System = Annotated[str, typer.Option("--system", help="业务系统编码 / code of a bureau's system")]
Roles = Annotated[
    list[Role] | None, typer.Option("--role", help="角色，可多次；系统缺省为全部业务角色 / role, may be repeated")
]
Departments = Annotated[
    list[str] | None, typer.Option("--department", help="部门，可多次；缺省全部 / department, default: all")
]
Regions = Annotated[list[str] | None, typer.Option("--region", help="区划，可多次；缺省全部 / region, default: all")]
Hours = Annotated[float, typer.Option(min=0.01, max=24 * 30, help="有效小时 / hours it holds")]
_LONGEST = 64


def token(
    *,
    person: Person = "",
    system: System = "",
    role: Roles = None,
    department: Departments = None,
    region: Regions = None,
    hours: Hours = 8,
    state: State = USUAL_STATE,
    as_json: Json = False,
) -> None:
    """为内嵌服务栈签发令牌（开发与演示用）/ mint a token of the embedded stack's issuer.

    退出码 / exit codes: 0 printed · 2 the person, the roles or the state folder are not right.
    """
    conduct(
        _token(state, (person, system), tuple(role or ()), (department or (), region or (), hours), as_json=as_json)
    )


async def _token(
    state: Path,
    who: tuple[str, str],
    roles: tuple[Role, ...],
    bounds: tuple[list[str] | tuple[()], list[str] | tuple[()], float],
    *,
    as_json: bool,
) -> Exit:
    person, system = who
    departments, regions, hours = bounds
    name = person or system
    if bool(person) == bool(system) or len(name) > _LONGEST or not name.isprintable():
        raise CannotRun(
            zh="请用 --person 或 --system 之一写明编码，至多 64 个字符",
            en="name one of --person and --system, of at most 64 characters",
            exit_code=Exit.USAGE,
        )
    if person and not roles:
        raise CannotRun(
            zh=f"请用 --role 写明角色：{', '.join(Role)}", en="name a role with --role", exit_code=Exit.USAGE
        )
    if not (state / "issuer.key").exists():
        raise CannotRun(
            zh=f"{state} 中没有签发密钥，请先执行 shenguan up；使用外部身份系统的，请从那里取得令牌",
            en=f"{state} has no issuer's key; run `shenguan up` first. With an identity provider get the token there",
            exit_code=Exit.USAGE,
        )
    issuer = Issuer(StateFolder(state))
    try:
        made = issuer.token(
            name,
            kind="PERSON" if person else "SYSTEM",
            roles=roles or BUSINESS,
            departments=departments,
            regions=regions,
            hours=hours,
        )
    except Refusal as refusal:
        raise CannotRun(zh=refusal.zh, en=refusal.en, exit_code=Exit.USAGE) from refusal
    if as_json:
        Narrator(as_json=True).hand_over({"token": made, "issuer": issuer.name, "hours": hours})
    else:
        typer.echo(made)
    return Exit.DONE
