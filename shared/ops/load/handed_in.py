"""Handed in (经 NATS 报送): decisions and inspections on the intake subjects, as bureau systems send them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from datetime import date
from time import monotonic
from typing import Any

import msgspec
import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from uuid_utils.compat import uuid7

from chassis.nats_access import NatsAccess
from chassis.publisher import Outgoing, publish
from chassis.settings import servers_of
from contracts.permissions import bureau_of
from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.subject import IdType, SubjectKind
from ops.chaos.furniture import ITEM, LINES, OFFICERS, REGION
from ops.failure import CannotRun
from ops.replay.sender import Sender

_PORTION = 50
_PATIENCE = 120.0
"""Seconds without any progress until it is given up."""
_PAUSE = 0.5


class HandedIn:
    """``count`` objects: a decision on each, spread over ``seconds``; once its task stands, an inspection that failed."""

    def __init__(self, source: str, count: int, seconds: float, today: date) -> None:
        self.count = count
        self._source, self._seconds, self._today = source, seconds, today

    async def run(self, nats_url: str, sender: Sender) -> None:
        """Hand everything in. Raises CannotRun: NATS does not take it, or the tasks do not come."""
        async with AsyncExitStack() as leaving:
            bureaus = {}
            for service in ("approval", "supervision"):
                options = NatsAccess.of(bureau_of(service)).options()
                client = await nats.connect(servers_of(nats_url), max_reconnect_attempts=-1, **options)
                leaving.push_async_callback(client.close)
                bureaus[service] = client
            await self._spread(bureaus["approval"], "approval", self._case)
            await self._until_tasks(sender)
            await self._spread(bureaus["supervision"], "supervision", self._inspection)

    async def _spread(self, client: Client, service: str, body: Callable[[int], bytes]) -> None:
        portions = [range(n, min(n + _PORTION, self.count)) for n in range(0, self.count, _PORTION)]
        for portion in portions:
            # The same ids when it is sent again: a stream that has one of them already takes it as the same message.
            facts = [_outgoing(service, body(n)) for n in portion]
            await self._published(client, facts)
            await asyncio.sleep(self._seconds / 2 / len(portions))

    async def _published(self, client: Client, facts: Sequence[Outgoing]) -> None:
        deadline = monotonic() + _PATIENCE
        while True:
            try:
                published = await publish(client, "INTAKE", facts)
            except (NatsError, TimeoutError) as away:
                if monotonic() > deadline:
                    raise _not_taken(repr(away)) from away
                await asyncio.sleep(_PAUSE)
                continue
            if published.refused:
                raise _not_taken(next(iter(published.refused.values())))
            return

    async def _until_tasks(self, sender: Sender) -> None:
        seen, since = -1, monotonic()
        while True:
            figures = await sender.get("supervision", f"/ops/v1/figures?source={self._source}")
            if (made := figures["tasks"]) >= self.count:
                return
            if made != seen:
                seen, since = made, monotonic()
            elif monotonic() - since > _PATIENCE:
                raise CannotRun(
                    zh=f"{self.count} 项决定中只有 {made} 项有了任务，请看监管服务的日志与死信",
                    en=f"{made} of {self.count} decisions have their task; look at supervision's log and dead letters",
                )
            await asyncio.sleep(_PAUSE)

    def _case(self, n: int) -> bytes:
        holder = {"id_type": IdType.OTHER, "id_no": f"{self._source}-{n}", "kind": SubjectKind.ORGANISATION}
        return self._fact(
            case_id=f"{self._source}-{n}",
            kind=DecisionKind.NEW,
            item_code=ITEM,
            decided_on=self._today,
            subject=holder | {"name": "压测商户"},
            object={"object_no": f"{self._source}-{n}", "name": "压测门店", "address": "示例路"},
        )

    def _inspection(self, n: int) -> bytes:
        answers = [LineResult.FAIL, *(LineResult.PASS for _ in LINES[1:])]
        return self._fact(
            inspection_no=f"{self._source}-{n}",
            object_no=f"{self._source}-{n}",
            object_version=1,
            inspected_on=self._today,
            inspectors=OFFICERS,
            result=InspectionResult.FAIL,
            lines=[{"code": code, "result": said} for code, said in zip(LINES, answers, strict=True)],
            findings=[{"line_code": LINES[0], "severity": Severity.SERIOUS, "note": ""}],
        )

    def _fact(self, **members: Any) -> bytes:
        return msgspec.json.encode({"source_system": self._source, "region": REGION, **members})


def _outgoing(service: str, body: bytes) -> Outgoing:
    number = uuid7()
    return Outgoing(number, f"shenguan.intake.{service}.v1.load", {"Nats-Msg-Id": str(number)}, body)


def _not_taken(said: str) -> CannotRun:
    return CannotRun(zh=f"事件流 INTAKE 没有收下：{said}", en=f"the stream INTAKE did not take it: {said}")
