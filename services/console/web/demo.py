"""Demonstration (演示工具): days pass at a press, and a process is really killed so that one sees it come back.

There only where ``SHENGUAN_CONSOLE_ROLE_SWITCH`` is set, which ``shenguan demo`` alone does; everywhere else the addresses
are unknown.
"""

import asyncio
import os
import signal
from datetime import datetime, timedelta

import httpx

from console.web.language import said
from console.web.ops_day import SERVICES
from console.web.services import Asking, Services
from kernel.refusal import Refusal

_STEPS = {"1": (said("过 1 天"), 1), "7": (said("过 7 天"), 7), "30": (said("过 30 天"), 30)}


class Demonstration:
    """What a demonstration may do. ``there``: whether this is one."""

    mortal = tuple(each for each in SERVICES if each != "console")
    """Processes that may be killed; the console's own would take the page with it."""

    def __init__(self, *, there: bool) -> None:
        self.there = there
        self.steps = {key: name for key, (name, _) in _STEPS.items()}

    async def move(self, asking: Asking, step: str) -> None:
        """Let days pass: every service's clock goes to the same instant. Refuses ``not-found`` where it is none."""
        self._must_be()
        if step not in _STEPS:
            raise _unknown()
        shown = await asyncio.gather(*(asking.get(service, "/ops/v1/clock") for service in SERVICES))
        newest = max(datetime.fromisoformat(each["now"]) for each in shown)
        body = {"now": (newest + timedelta(days=_STEPS[step][1])).isoformat()}
        for service in SERVICES:
            await asking.post(service, "/ops/v1/clock", body)

    async def kill(self, services: Services, service: str) -> None:
        """End the process of a service at once, as a power cut would. Refuses ``not-found``, ``service-away``."""
        self._must_be()
        if service not in self.mortal:
            raise _unknown()
        try:
            answer = (await services.probe(service, "/healthz")).json()
            os.kill(int(answer["process"]), signal.SIGKILL)
        except (httpx.HTTPError, KeyError, ValueError, ProcessLookupError) as error:
            raise _gone() from error

    def _must_be(self) -> None:
        if not self.there:
            raise _unknown()


def _unknown() -> Refusal:
    return Refusal(
        code="not-found",
        zh="没有这个地址；拨钟与结束进程只在演示环境中有",
        en="There is no such address; clocks are moved and processes killed on demonstration stacks alone",
        status=404,
    )


def _gone() -> Refusal:
    return Refusal(
        code="service-away",
        zh="该服务的进程此刻不在，正在重新启动；请稍候再看",
        en="The process of this service is not there at the moment and is being started again; look again shortly",
        status=503,
        retryable=True,
    )
