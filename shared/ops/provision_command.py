"""``shenguan provision``: bring streams and durables of a NATS to what the chassis declares, and tell what differed."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from chassis.provision import Drift
from chassis.provision import provision as bring_in_line
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE, find_running
from ops.up_command import Json, State

NatsUrl = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_NATS_URL", help="NATS 地址，缺省为运行中的服务栈 / default: the running stack's"),
]


def provision(*, nats_url: NatsUrl = "", state: State = USUAL_STATE, as_json: Json = False) -> None:
    """创建或更新事件流与持久消费者 / create or update streams and durables.

    退出码 / exit codes: 0 all is as declared now · 1 something differs that cannot be changed in place · 70 NATS failed.
    """
    conduct(_provision(nats_url, state, Narrator(as_json=as_json)))


async def _provision(nats_url: str, state: Path, narrator: Narrator) -> Exit:
    running = None if nats_url else find_running(state)
    url = nats_url or (running.nats_url if running else "")
    if not url:
        raise CannotRun(
            zh="没有正在运行的服务栈，请用 --nats-url 或 SHENGUAN_NATS_URL 指定 NATS",
            en="no stack is running; name a NATS with --nats-url or SHENGUAN_NATS_URL",
            exit_code=Exit.USAGE,
        )
    drifts: list[Drift] = await bring_in_line(url)
    narrator.hand_over({"drifts": [asdict(drift) for drift in drifts]})
    for drift in drifts:
        narrator.show(f"{drift.name}: {drift.action} {' '.join(drift.fields)}".rstrip())
    if not drifts:
        narrator.show("事件流与消费者均符合声明 / streams and durables are as declared")
    return Exit.FINDING if any(drift.action == "kept" for drift in drifts) else Exit.DONE
