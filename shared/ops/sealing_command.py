"""``shenguan keys status|rotate``: which key seals the personal data of each service, and sealing again with the active one."""

import os
from collections.abc import Mapping
from http.client import OK
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE, find_running
from ops.services import service_names, variable
from ops.up_command import Json, State

_PATIENCE = 120.0

Most = Annotated[
    int, typer.Option("--batch", min=1, max=10_000, help="每批每列的行数 / rows of every column in a batch")
]


def status(*, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """各服务的密文按密钥计数 / sealed rows by key.

    退出码 / exit codes: 0 all is sealed with the active key · 1 something is not; run `shenguan keys rotate`.
    """
    conduct(_status(state, Narrator(as_json=as_json)))


def rotate(*, batch: Most = 1000, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """用现行密钥重封其余密文；可中断、可重来，服务照常 / seal the rest again with the active key, while work goes on.

    退出码 / exit codes: 0 nothing is left with another key, which may be removed · 1 rows that do not open are left.
    """
    conduct(_rotate(batch, state, Narrator(as_json=as_json)))


async def _status(state: Path, narrator: Narrator) -> Exit:
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
        found = {name: await _asked(client, f"{url}/ops/v1/sealing") for name, url in _urls(state).items()}
    return _told(found, narrator)


async def _rotate(batch: int, state: Path, narrator: Narrator) -> Exit:
    found: dict[str, Any] = {}
    async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as client:
        for name, url in _urls(state).items():
            total, done, unreadable = (await _asked(client, f"{url}/ops/v1/sealing"))["left"], 0, 0
            through = False
            while not through:
                said = await _asked(client, f"{url}/ops/v1/sealing:reseal", {"most": batch})
                done, unreadable, through = done + said["resealed"], unreadable + said["unreadable"], said["done"]
                narrator.say(f"{name}：已重封 {done}，起初 {total}", f"{name}: {done} sealed again of {total}")
            counts = {"resealed": done, "unreadable": unreadable}
            found[name] = counts | await _asked(client, f"{url}/ops/v1/sealing")
    return _told(found, narrator)


def _told(found: Mapping[str, Any], narrator: Narrator) -> Exit:
    left = sum(each["left"] for each in found.values())
    narrator.hand_over({"left": left, "services": found})
    if not narrator.as_json:
        table = Table("服务 service", "列 column", "密钥 key", "行 rows")
        for name, each in found.items():
            for column in each["columns"]:
                for key, rows in sorted(column["rows"].items()):
                    shown = f"{key}（现行 active）" if key == each["active"] else key
                    table.add_row(name, column["column"], shown, str(rows))
        narrator.console.print(table)
    narrator.show(
        f"尚有 {left} 行不是现行密钥与算法：shenguan keys rotate / {left} rows are not sealed as now: shenguan keys rotate"
        if left
        else "全部为现行密钥；旧密钥可以移除 / all is sealed with the active key; older ones may be removed"
    )
    return Exit.FINDING if left else Exit.DONE


async def _asked(client: httpx.AsyncClient, url: str, body: dict[str, int] | None = None) -> dict[str, Any]:
    try:
        answer = await (client.get(url) if body is None else client.post(url, json=body))
    except httpx.HTTPError as failure:
        raise CannotRun(
            zh=f"服务没有答复，请确认它在运行后重试：{url}", en=f"the service does not answer; see that it runs: {url}"
        ) from failure
    if answer.status_code != OK:
        raise CannotRun(
            zh=f"服务不予办理（{answer.status_code}）：{answer.text[:500]}",
            en=f"the service refused ({answer.status_code}): {answer.text[:500]}",
        )
    found: dict[str, Any] = answer.json()
    return found


def _urls(state: Path) -> dict[str, str]:
    running = find_running(state)
    if running is not None:
        return dict(running.urls)
    named = {name: os.environ.get(variable(name, "URL"), "") for name in service_names()}
    if missing := [variable(name, "URL") for name, url in named.items() if not url]:
        raise CannotRun(
            zh=f"{state} 中没有正在运行的服务；请用 --state 指定，或设置 {'、'.join(missing)}",
            en=f"no stack runs in {state}; name one with --state or set {', '.join(missing)}",
            exit_code=Exit.USAGE,
        )
    return named
