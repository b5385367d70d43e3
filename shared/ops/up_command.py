"""``shenguan up`` and ``shenguan stop``: the whole stack in the foreground, and its orderly end from elsewhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.child import until
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct, until_asked_to_stop
from ops.replicas import replicas_of
from ops.running import USUAL_STATE, find_running
from ops.services import service_names
from ops.stack import Stack

State = Annotated[Path, typer.Option(help="状态目录 / state folder")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON on stdout")]
Reset = Annotated[bool, typer.Option("--reset", help="先清空状态目录 / empty the state folder first")]
Replicas = Annotated[
    str,
    typer.Option(
        metavar="SERVICE=NUMBER,…",
        help="每个服务几个进程，缺省各 1 个 / processes of each service, one by default: supervision=2,credit=2",
    ),
]
_STOP = 150.0


def up(*, state: State = USUAL_STATE, reset: Reset = False, replicas: Replicas = "", as_json: Json = False) -> None:
    """启动服务器与全部服务，Ctrl-C 停止 / start servers and services; Ctrl-C stops them all.

    退出码 / exit codes: 0 stopped as asked · 2 the folder is in use, or --replicas is wrong · 70 something did not start.
    """
    conduct(_up(state, Narrator(as_json=as_json), replicas, reset=reset))


def stop(*, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """停止在别处启动的服务栈 / stop the stack that runs in a state folder.

    退出码 / exit codes: 0 stopped · 1 nothing was running · 70 it did not stop in 150 s.
    """
    conduct(_stop(state, Narrator(as_json=as_json)))


def show_pages(narrator: Narrator, urls: Mapping[str, str]) -> None:
    """The addresses a person opens in a browser: the OpenAPI page of each process. ``urls``: process → base URL."""
    for name, url in urls.items():
        narrator.show(f"  {name:<14} {url}/docs")
    narrator.show("登录令牌 / a token: shenguan token --person 1001 --role SUPERVISOR; shenguan token --system demo")


def described(stack: Stack) -> dict[str, Any]:
    """What a program needs in order to use the stack, without any password."""
    told = {"urls": stack.urls, "replica_urls": stack.replica_urls, "restarts": stack.restarts}
    return {"state": str(stack.state.path), "ready": True, **told}


async def _up(state: Path, narrator: Narrator, replicas: str, *, reset: bool) -> Exit:
    wanted = replicas_of(replicas, service_names())
    async with Stack.open(state, reset=reset, say=narrator.say, replicas=wanted) as stack:
        narrator.hand_over(described(stack))
        show_pages(narrator, stack.info().process_urls)
        narrator.say("按 Ctrl-C 停止", "press Ctrl-C to stop")
        await until_asked_to_stop()
    return Exit.DONE


async def _stop(state: Path, narrator: Narrator) -> Exit:
    running = find_running(state)
    narrator.hand_over({"state": str(state), "was_running": running is not None})
    if running is None:
        narrator.show(f"{state} 中没有正在运行的服务 / no stack runs in {state}")
        return Exit.FINDING
    running.stop()
    if not await until(lambda: not running.supervisor.alive(), _STOP):
        raise CannotRun(
            zh=f"服务栈（pid {running.supervisor.pid}）未在 {_STOP:.0f} 秒内停止",
            en=f"the stack (pid {running.supervisor.pid}) did not stop within {_STOP:.0f} s",
        )
    narrator.show("已停止 / stopped")
    return Exit.DONE
