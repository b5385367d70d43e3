"""``shenguan token`` (令牌): a token of the development issuer of a state folder, for a person or a bureau's system."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from kernel.refusal import Refusal
from kernel.role import Role
from ops.failure import CannotRun, Exit
from ops.issuer import BUSINESS, KEY_FILE, Issuer
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.state_folder import StateFolder
from ops.up_command import Json, State

Person = Annotated[str, typer.Option("--person", help="人员编码 / code of the person")]
System = Annotated[str, typer.Option("--system", help="业务系统编码 / code of a bureau's system")]
Roles = Annotated[
    list[Role] | None,
    typer.Option("--role", help="角色，可多次；系统缺省为全部业务角色与系统管理员 / role, may be repeated"),
]
Departments = Annotated[
    list[str] | None, typer.Option("--department", help="部门，可多次；缺省全部 / department, all by default")
]
Regions = Annotated[list[str] | None, typer.Option("--region", help="区划，可多次；缺省全部 / region, all by default")]
Hours = Annotated[float, typer.Option(min=0.01, max=24 * 30, help="有效小时 / hours it holds")]
Settings = Annotated[
    bool,
    typer.Option("--settings", help="只输出服务所需的环境变量 / print what the services' environment needs instead"),
]
_LONGEST = 64


def token(
    *,
    person: Person = "",
    system: System = "",
    role: Roles = None,
    department: Departments = None,
    region: Regions = None,
    hours: Hours = 8,
    settings: Settings = False,
    state: State = USUAL_STATE,
    as_json: Json = False,
) -> None:
    """为内嵌服务栈签发令牌（开发与演示用）/ mint a token of the embedded stack's issuer, for development.

    退出码 / exit codes: 0 printed · 2 the person, the roles or the state folder are not right.
    """

    async def printed() -> Exit:
        if settings:
            for name, value in Issuer(StateFolder(state)).settings(inline=True).items():
                typer.echo(f"{name}='{value}'")
            return Exit.DONE
        issuer, who = _issuer(state), _named(person, system, role or ())
        try:
            made = issuer.token(
                who,
                kind="PERSON" if person else "SYSTEM",
                roles=role or (*BUSINESS, Role.SYSTEM_ADMIN),
                departments=department or (),
                regions=region or (),
                hours=hours,
            )
        except Refusal as refusal:
            raise CannotRun(zh=refusal.zh, en=refusal.en, exit_code=Exit.USAGE) from refusal
        if not as_json:
            typer.echo(made)
        Narrator(as_json=as_json).hand_over({"token": made, "issuer": issuer.name, "hours": hours})
        return Exit.DONE

    conduct(printed())


def _named(person: str, system: str, roles: Sequence[Role]) -> str:
    name = person or system
    if bool(person) == bool(system) or len(name) > _LONGEST or not name.isprintable():
        raise CannotRun(
            zh="请用 --person 或 --system 之一写明编码，至多 64 个字符",
            en="name one of --person and --system, of at most 64 characters",
            exit_code=Exit.USAGE,
        )
    if person and not roles:
        every = ", ".join(Role)
        raise CannotRun(zh=f"请用 --role 写明角色：{every}", en=f"name a --role: {every}", exit_code=Exit.USAGE)
    return name


def _issuer(state: Path) -> Issuer:
    if not (state / KEY_FILE).exists():
        raise CannotRun(
            zh=f"{state} 中没有签发密钥，请先执行 shenguan up；使用外部身份系统的，请从那里取得令牌",
            en=f"{state} has no issuer's key; run `shenguan up` first. With an identity provider get the token there",
            exit_code=Exit.USAGE,
        )
    return Issuer(StateFolder(state))
