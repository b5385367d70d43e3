"""The network breaks (网络故障, F9): between services and NATS, between services and PostgreSQL, one way or both.

Services reach both servers through proxies; what comes of a broken line is theirs to see and to get over.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from ops.chaos.proxy import Proxy
from ops.chaos.row import Ground, Report, own_ports
from ops.chaos.trial import Trial
from ops.loopback import ask
from ops.setting import Setting
from ops.stack import Stack

_BROKEN = (5.0, 12.0)
_BETWEEN = (1.0, 2.0)
_RECOVERED = 15.0
"""Seconds after a line is whole again within which every service must be ready."""
_PATIENCE = 60.0
_DELAY, _LOSS = 0.2, 0.3
_OK = 200

Break = Callable[[Proxy], None]
_BREAKS: dict[str, tuple[str, Break]] = {
    "cut": ("连接被切断", Proxy.cut),
    "hole": ("双向无响应", Proxy.swallow),
    "hole towards": ("去程无响应", partial(Proxy.swallow, down=False)),
    "hole back": ("回程无响应", partial(Proxy.swallow, up=False)),
    "forgotten": ("已有连接被遗忘", Proxy.forget),
    "slow and lossy": ("延迟 200 毫秒、三成重传", partial(Proxy.slow, delay=_DELAY, loss=_LOSS)),
}


@dataclass(frozen=True)
class BrokenLines:
    """Every way a line breaks, on each of both lines, in the order the seed decides."""

    name: str = "F9"
    told: tuple[str, str] = (
        "服务与 NATS、PostgreSQL 之间断网、单向断网、延迟与丢包",
        "partitions, one-way partitions, delay and loss between services and NATS, PostgreSQL",
    )
    own_stack: bool = True

    async def run(self, ground: Ground) -> Report:
        """Break and heal while the driver sends."""
        seed = f"{ground.seed}:{self.name}"
        async with Proxy.open(seed=seed) as nats, Proxy.open(seed=seed) as postgres:
            lines = {"nats": nats, "postgres": postgres}
            setting = Setting(lines={name: line.before for name, line in lines.items()})
            async with Stack.open(
                temporary=True, environment=own_ports(), say=ground.say, usual_ports=False, setting=setting
            ) as stack:
                seconds = len(lines) * len(_BREAKS) * (sum(_BROKEN) + sum(_BETWEEN)) / 2
                trial = Trial(self.name, ground, stack, seconds=seconds)
                return await trial.run(partial(_nemesis, lines))


async def _nemesis(lines: dict[str, Proxy], trial: Trial) -> None:
    plan = [(name, kind) for name in lines for kind in _BREAKS]
    trial.random.shuffle(plan)
    longest = 0.0
    for name, kind in plan:
        await trial.pause(*_BETWEEN)
        zh, broken = _BREAKS[kind]
        broken(lines[name])
        trial.fault(f"{name} {zh}", f"{name} {kind}")
        await trial.pause(*_BROKEN)
        lines[name].heal()
        seconds = await _recovered(trial)
        longest = max(longest, seconds)
        if seconds > _RECOVERED:
            trial.findings.append(f"after {name} {kind} services were not ready for {seconds:.1f} s")
    trial.measured["longest_recovery_seconds"] = longest


async def _recovered(trial: Trial) -> float:
    """Seconds until every service says that it has all it needs, and reads."""
    healed = monotonic()
    while monotonic() - healed < _PATIENCE:
        answers = await asyncio.gather(*(ask(f"{url}/readyz") for url in trial.stack.urls.values()))
        if all(status == _OK for status, _ in answers):
            break
        await asyncio.sleep(0.2)
    if trial.sender is not None:
        await asyncio.gather(*(trial.sender.get(name, "/ops/v1/figures") for name in trial.stack.urls))
    return monotonic() - healed
