"""``shenguan provision``: bring streams and durables of a NATS to what the chassis declares, and tell what differed."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from nats.errors import Error as NatsError

from chassis.provision import Drift
from chassis.provision import provision as bring_in_line
from ops.failure import CannotRun, Exit
from ops.narrator import Narrator, conduct
from ops.running import USUAL_STATE, find_running
from ops.up_command import Json, State

_PAUSE = 1.0

NatsUrl = Annotated[
    str,
    typer.Option(envvar="SHENGUAN_NATS_URL", help="NATS 地址，缺省为运行中的服务栈 / default: the running stack's"),
]


Wait = Annotated[
    float,
    typer.Option(
        min=0, max=3600, help="等待集群就绪的秒数 / seconds to wait for a server, or a cluster, that is starting"
    ),
]


Afresh = Annotated[
    bool,
    typer.Option(
        "--afresh",
        help="汇聚层：重建汇聚的事件流，从下级重新读取其保留的全部 / where streams are gathered: read again all the levels below keep",
    ),
]


def provision(
    *,
    nats_url: NatsUrl = "",
    state: State = USUAL_STATE,
    wait: Wait = 0,
    afresh: Afresh = False,
    as_json: Json = False,
) -> None:
    """创建或更新事件流与持久消费者 / create or update streams and durables.

    退出码 / exit codes: 0 all is as declared now · 1 something differs that cannot be changed in place · 70 NATS failed.
    """
    conduct(_provision(nats_url, state, wait, Narrator(as_json=as_json), afresh=afresh))


async def _provision(nats_url: str, state: Path, wait: float, narrator: Narrator, *, afresh: bool) -> Exit:
    running = None if nats_url else find_running(state)
    url = nats_url or (running.nats_url if running else "")
    if not url:
        raise CannotRun(
            zh="没有正在运行的服务栈，请用 --nats-url 或 SHENGUAN_NATS_URL 指定 NATS",
            en="no stack is running; name a NATS with --nats-url or SHENGUAN_NATS_URL",
            exit_code=Exit.USAGE,
        )
    drifts = await _patiently(url, wait, narrator, afresh=afresh)
    narrator.hand_over({"drifts": [asdict(drift) for drift in drifts]})
    for drift in drifts:
        narrator.show(f"{drift.name}: {drift.action} {' '.join(drift.fields)}".rstrip())
    if not drifts:
        narrator.show("事件流与消费者均符合声明 / streams and durables are as declared")
    return Exit.FINDING if any(drift.action == "kept" for drift in drifts) else Exit.DONE


async def _patiently(url: str, wait: float, narrator: Narrator, *, afresh: bool) -> list[Drift]:
    """What was changed. A cluster takes no stream before its nodes have found each other."""
    deadline = monotonic() + wait
    while True:
        try:
            return await bring_in_line(url, afresh=afresh)
        except (NatsError, OSError) as away:
            if monotonic() >= deadline:
                raise CannotRun(
                    zh=f"NATS 没有接受：{away!r}；请检查地址、密钥与集群各节点，或用 --wait 等待",
                    en="NATS did not take it; check the address, the keys and the nodes, or wait with --wait",
                ) from away
            narrator.say(f"等待 NATS（{away!r}）", "waiting for NATS")
            await asyncio.sleep(_PAUSE)
