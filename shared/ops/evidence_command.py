"""``shenguan evidence``: one case as a file anybody can verify offline, without this program."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.attach import attached
from ops.dossier.gather import gathered, pack
from ops.failure import CannotRun, Exit
from ops.issuer import signed_in
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE
from ops.signing_keys import TRUSTED, trusted_of
from ops.state_folder import StateFolder
from ops.up_command import Json

Case = Annotated[str, typer.Argument(metavar="CASE", help="办件，来源系统:办件编号 / source_system:case_id")]
Out = Annotated[Path, typer.Option("--out", help="写到哪个文件 / the file to write")]
Given = Annotated[str, typer.Option("--trusted-keys", envvar=TRUSTED, help="公钥文件 / the file of public keys")]
State = Annotated[Path | None, typer.Option(help="状态目录 / state folder of the stack")]
Urls = Annotated[
    list[str] | None,
    typer.Option(
        "--url", metavar="SERVICE=URL", help="没有状态目录时逐个指定服务 / each service, without a state folder"
    ),
]
Wait = Annotated[float, typer.Option("--wait", min=0, help="等待上链与签名的秒数 / seconds to wait for signed heads")]
Since = Annotated[datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="从哪天起的事件 / from this day")]
Until = Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="到哪天为止 / before this day")]


def evidence(
    case: Case,
    *,
    out: Out,
    trusted_keys: Given = "",
    state: State = None,
    url: Urls = None,
    wait: Wait = 90.0,
    since: Since = None,
    until: Until = None,
    as_json: Json = False,
) -> None:
    """一个办件的证明包：事件、签名、审计、公钥与核验脚本 / one case with all that proves it.

    退出码 / exit codes: 0 written, all of it under signed heads · 1 nobody knows the case, or some of it is not chained yet.
    """
    days = {name: f"{day:%Y-%m-%d}T00:00:00Z" for name, day in (("since", since), ("until", until)) if day}
    urls = dict(each.partition("=")[::2] for each in url or [])
    conduct(_evidence(case, out, trusted_keys, state, urls, wait, days, Narrator(as_json=as_json)))


async def _evidence(
    case: str,
    out: Path,
    given: str,
    state: Path | None,
    urls: dict[str, str],
    wait: float,
    days: dict[str, str],
    narrator: Narrator,
) -> Exit:
    keys = _keys(given, state or USUAL_STATE)
    if urls:
        lines = await gathered(urls, _given(), case, asked=days, wait=wait)
    else:
        async with attached(state, temporary=False) as stack:
            lines = await gathered(stack.urls, _given() or stack.headers(), case, asked=days, wait=wait)
    pack(out, case, lines, keys)
    counts = {kind: sum(line["kind"] == kind for line in lines) for kind in ("event", "entry", "pending")}
    narrator.hand_over({"case": case, "file": str(out), **counts})
    narrator.show(f"{out}: {counts['event']} 个事件，{counts['entry']} 条审计记录 / events and audit entries")
    narrator.show(f"核验 / verify: unzip {out} verify.py && python verify.py {out}")
    if counts["pending"]:
        narrator.show(
            f"{counts['pending']} 个事件还没有签名的链头，稍后重新导出 / events without a signed head yet: export again later"
        )
    return Exit.FINDING if counts["pending"] else Exit.DONE


def _given() -> dict[str, str]:
    token = os.environ.get("SHENGUAN_TOKEN")
    return signed_in(token) if token else {}


def _keys(given: str, state: Path) -> list[dict[str, Any]]:
    try:
        keys = trusted_of(StateFolder(state) if state.exists() else None, given)
    except ValueError as fault:
        raise CannotRun(
            zh=f"读不到公钥，请用 --trusted-keys 指定: {fault}",
            en=f"there are no public keys to read; name the file with --trusted-keys: {fault}",
            exit_code=Exit.USAGE,
        ) from fault
    names = ("service", "algorithm", "public_key")
    return [{name: getattr(key, name) for name in names} for key in keys]
