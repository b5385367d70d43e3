"""``shenguan status``: every process of every service of a running stack: address, readiness, restarts, its share of work."""

import asyncio
import json
from http.client import OK
from pathlib import Path
from typing import Any

from rich.table import Table

from ops.failure import Exit
from ops.loopback import ask
from ops.narrator import Narrator, conduct
from ops.replicas import service_of
from ops.running import USUAL_STATE, StackInfo, find_running
from ops.up_command import Json, State


def status(*, state: State = USUAL_STATE, as_json: Json = False) -> None:
    """服务、端口、就绪情况 / services, ports, readiness.

    退出码 / exit codes: 0 every service is ready · 1 nothing runs, or a service is not ready.
    """
    conduct(_status(state, Narrator(as_json=as_json)))


async def _status(state: Path, narrator: Narrator) -> Exit:
    running = find_running(state)
    if running is None:
        narrator.hand_over({"state": str(state), "running": False, "services": []})
        narrator.show(f"{state} 中没有正在运行的服务；启动：shenguan up / no stack runs in {state}; start: shenguan up")
        return Exit.FINDING
    processes = sorted(running.process_urls, key=lambda process: list(running.urls).index(service_of(process)))
    services = await asyncio.gather(*(_service(running, process) for process in processes))
    narrator.hand_over(
        {"state": str(running.state), "running": True, "pid": running.supervisor.pid, "services": services}
    )
    if not narrator.as_json:
        narrator.console.print(_table(running, services))
    return Exit.DONE if all(service["ready"] for service in services) else Exit.FINDING


async def _service(running: StackInfo, process: str) -> dict[str, Any]:
    url = running.process_urls[process]
    (ready, _), (answered, body) = await asyncio.gather(
        ask(f"{url}/readyz"), ask(f"{url}/ops/v1/status", headers=running.headers())
    )
    told: dict[str, Any] = json.loads(body) if answered == OK else {}
    return {
        "service": service_of(process),
        "process": process,
        "url": url,
        "pid": running.processes[process].pid if process in running.processes else None,
        "ready": ready == OK,
        "restarts": running.restarts.get(process, 0),
        "taken": told.get("taken"),
        "settled": told.get("settled"),
        "outbox_pending": told.get("outbox_pending"),
        "dead_letters": told.get("dead_letters"),
    }


def _table(running: StackInfo, services: list[dict[str, Any]]) -> Table:
    heads = ("进程 process", "地址 address", "pid", "就绪 ready", "重启 restarts", "已处理 taken", "死信 dead letters")
    table = Table(*heads)
    for service in services:
        ready = "[green]是 yes[/green]" if service["ready"] else "[red]否 no[/red]"
        table.add_row(
            service["process"],
            service["url"],
            str(service["pid"]),
            ready,
            str(service["restarts"]),
            str(service["taken"]),
            str(service["dead_letters"]),
        )
    for name, mark in running.processes.items():
        if name not in running.process_urls:
            table.add_row(name, "-", str(mark.pid), "-", str(running.restarts.get(name, 0)), "-", "-")
    return table
