"""Faults of the transport's content (事件流故障): the whole store wiped (F8), streams and durables deleted or changed (F20)."""

import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from time import monotonic

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from contracts import topology
from ops.chaos.faults_process import replaced, unready
from ops.chaos.row import Ground, Report
from ops.chaos.streams import connected
from ops.chaos.trial import Trial
from ops.failure import CannotRun
from ops.stack import provision_streams

_NOTICE = 30.0
"""Seconds within which a service must say that its durable or stream is not as declared, or end."""
_PATIENCE = 60.0


@dataclass(frozen=True)
class Wipe:
    """The volume of NATS is gone: streams are declared again, the services publish everything again from their logs."""

    name: str
    told: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Wipe twice."""
        return await Trial(self.name, ground, await ground.stack(), seconds=18).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        for number in range(2):
            await trial.reached(number, 2)
            pid = trial.stack.pid_of("nats")
            # Stopped first: its keeper must not start the next one on a store that is only half gone.
            os.kill(pid, signal.SIGSTOP)
            await asyncio.to_thread(shutil.rmtree, trial.stack.state.path / "nats" / "store")
            os.kill(pid, signal.SIGKILL)
            trial.fault("清空 NATS 的存储", "the store of NATS is wiped")
            await replaced(trial, "nats", pid)
            await provisioned(trial)


@dataclass(frozen=True)
class Meddling:
    """An operator deletes or changes what the services rely on: they must notice, and `shenguan provision` must heal."""

    name: str
    told: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Each kind of meddling, in an order the seed decides."""
        return await Trial(self.name, ground, await ground.stack(), seconds=24).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        deeds = [_delete_durable, _delete_durable, _narrow_durable, _narrow_stream, _delete_stream]
        trial.random.shuffle(deeds)
        for number, deed in enumerate(deeds):
            await trial.reached(number, len(deeds))
            async with connected(trial.stack.nats_url) as client:
                service = await deed(trial, client.jetstream())
            before = trial.stack.pid_of(service)
            if not await unready(trial.stack.urls[service], _NOTICE) and trial.stack.pid_of(service) == before:
                trial.findings.append(f"{service} says it is ready {_NOTICE:.0f} s after {deed.__name__}")
            await trial.pause(0.5, 1.5)
            await provisioned(trial)


Deed = Callable[[Trial, JetStreamContext], Awaitable[str]]
"""Meddles and answers whom it concerns."""


def _listening(trial: Trial) -> tuple[str, str]:
    return trial.random.choice([(name, stream) for name, heard in topology.LISTENS.items() for stream in heard])


async def _delete_durable(trial: Trial, js: JetStreamContext) -> str:
    service, stream = _listening(trial)
    durable = topology.durable_of(service, stream)
    await js.delete_consumer(stream, durable)
    trial.fault(f"删除持久消费者 {durable}", f"the durable {durable} is deleted")
    return service


async def _narrow_durable(trial: Trial, js: JetStreamContext) -> str:
    """Its filter no longer lets through what the service must hear."""
    service, stream = _listening(trial)
    durable = topology.durable_of(service, stream)
    config = (await js.consumer_info(stream, durable)).config
    narrowed = replace(config, filter_subject=f"shenguan.{stream.lower()}.nothing.>", filter_subjects=None)
    await js.add_consumer(stream, narrowed)
    trial.fault(f"持久消费者 {durable} 的过滤被改窄", f"the filter of the durable {durable} is narrowed")
    return service


async def _narrow_stream(trial: Trial, js: JetStreamContext) -> str:
    """Limits as a careless auto-declaration writes them."""
    service = trial.random.choice(list(topology.LISTENS))
    config = (await js.stream_info(topology.stream_of(service))).config
    await js.update_stream(replace(config, max_age=3600.0, duplicate_window=120.0))
    trial.fault(
        f"事件流 {topology.stream_of(service)} 的上限被改小", f"the limits of {topology.stream_of(service)} shrink"
    )
    return service


async def _delete_stream(trial: Trial, js: JetStreamContext) -> str:
    service = trial.random.choice(list(topology.LISTENS))
    await js.delete_stream(topology.stream_of(service))
    trial.fault(f"删除事件流 {topology.stream_of(service)}", f"the stream {topology.stream_of(service)} is deleted")
    return service


async def provisioned(trial: Trial) -> None:
    """What `shenguan provision` does, as soon as NATS answers."""
    deadline = monotonic() + _PATIENCE
    while True:
        try:
            await provision_streams(trial.stack.nats_url)
        except (NatsError, OSError, TimeoutError) as away:
            if monotonic() > deadline:
                raise CannotRun(zh="NATS 没有恢复", en=f"NATS did not come back: {away!r}") from away
            await asyncio.sleep(0.2)
        else:
            return
