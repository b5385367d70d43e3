"""``shenguan resend`` (重发): what a deployment told, from its event logs, for the level above that missed it."""

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated

import httpx
import typer

from chassis.ids import first_id
from contracts.topology import speaker_of
from contracts.uplink import uplinked
from kernel.clock import CHINA
from ops.attach import attached
from ops.failure import CannotRun, Exit
from ops.issuer import signed_in
from ops.narrator import Narrator, conduct
from ops.state_folder import write_private
from ops.up_command import Json

_PATIENCE = 600.0

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="写到哪个新目录 / a new folder to write to")]
Since = Annotated[
    datetime,
    typer.Option("--since", formats=["%Y-%m-%d"], help="从哪天起，北京时间 / from this day in China on"),
]
State = Annotated[Path | None, typer.Option(help="状态目录 / state folder of the stack")]
Urls = Annotated[
    list[str] | None,
    typer.Option("--url", metavar="SERVICE=URL", help="只问这些服务 / ask these services alone"),
]


def resend(folder: Folder, *, since: Since, state: State = None, url: Urls = None, as_json: Json = False) -> None:
    """把说过的事件写成文件，交给漏收的上级 / write what was told to files, for the level above that missed it.

    上级以 shenguan console hear 收听；只含上去的事件，连同签名。Only what goes up, signatures included.
    退出码 / exit codes: 0 written · 2 the folder is there already · 70 a service did not answer.
    """
    urls = dict(each.partition("=")[::2] for each in url or [])
    conduct(_resend(folder, since.replace(tzinfo=CHINA), state, urls, Narrator(as_json=as_json)))


async def _resend(folder: Path, since: datetime, state: Path | None, urls: dict[str, str], narrator: Narrator) -> Exit:
    _made(folder)
    token = os.environ.get("SHENGUAN_TOKEN")
    given = signed_in(token) if token else {}
    if urls:
        counts = {service: await _written(folder, service, where, given, since) for service, where in urls.items()}
    else:
        async with attached(state, temporary=False) as stack:
            signed = given or stack.headers()
            counts = {
                service: await _written(folder, service, stack.urls[service], signed, since)
                for service in map(speaker_of, uplinked())
            }
    narrator.hand_over({"folder": str(folder), "events": counts})
    for service, count in counts.items():
        narrator.show(f"{folder / service}.ndjson: {count:,}")
    narrator.show(f"上级执行 / the level above runs: shenguan console hear {folder.name}")
    return Exit.DONE


def _made(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError as there:
        raise CannotRun(
            zh=f"{folder} 已存在，请换一个目录",
            en=f"{folder} is there already; name another",
            exit_code=Exit.USAGE,
        ) from there


async def _written(folder: Path, service: str, url: str, signed: dict[str, str], since: datetime) -> int:
    """One service's events, as it sends them; how many."""
    file, count = folder / f"{service}.ndjson", 0
    write_private(file, b"")
    asked = {"after": str(first_id(since)), "upwards": True}
    try:
        async with (
            httpx.AsyncClient(base_url=url, headers=signed, timeout=_PATIENCE, trust_env=False) as http,
            http.stream("POST", "/ops/v1/events:resend", json=asked) as answer,
        ):
            answer.raise_for_status()
            with file.open("ab") as out:
                async for line in answer.aiter_lines():
                    out.write(line.encode() + b"\n")
                    count += 1
    except httpx.HTTPError as fault:
        raise CannotRun(
            zh=f"{service} 没有答复完（{fault!r}），请检查地址与令牌，删去 {folder} 再来",
            en=f"{service} did not answer to the end; check the address and the token, remove {folder}, run it again",
        ) from fault
    return count
