"""Verifying on demand (即时核验): the auditor has this service's chain checked now, and sees how far it is.

The check runs in a process of its own, so that nobody waits for it, and ends with whoever asked. It has no state: what is
shown comes down the one answer, whichever process of the service gives it.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, cast

import msgspec
import structlog
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from chassis.audit import witness
from chassis.audit.heads import Head
from chassis.audit.verify_apart import Wanted
from chassis.database import Pool
from chassis.settings import ServiceSettings
from chassis.transaction import Transactions
from kernel.refusal import Fault, Refusal, malformed

_log = structlog.get_logger(__name__)

MOST_HEADS = 2000
"""Heads each of the others gives, the newest: more than a day of them."""
_STILL_THERE = 5.0
"""Seconds without a word after which the last one is said again: whoever waits knows it goes on."""
_MODULE = "chassis.audit.verify_apart"


class VerificationAsked(BaseModel):
    """即时核验: heads of this chain that others kept."""

    model_config = ConfigDict(extra="forbid")

    witnessed: list[dict[str, Any]] = Field(default_factory=list, max_length=4 * MOST_HEADS)


class Verifying:
    """The checks of one service's chain."""

    def __init__(
        self, service: str, settings: ServiceSettings, pool: Callable[[], Pool], transactions: Transactions
    ) -> None:
        self._service = service
        self._settings = settings
        self._pool = pool
        self._transactions = transactions
        self._busy = asyncio.Lock()

    async def heads(self, service: str) -> list[dict[str, Any]]:
        """The newest heads of another service's chain that are kept here."""
        async with self._pool().acquire() as connection:
            return [head.document() for head in await witness.heads_of(connection, service, MOST_HEADS)]

    async def begin(self, asked: VerificationAsked) -> AsyncIterator[bytes]:
        """Start it; that it was asked for is an audit entry. Refuses ``verification-running`` (409), ``invalid-content``."""
        if self._busy.locked():
            raise _running()
        _must_be_heads(asked.witnessed)
        async with self._transactions.begin():
            pass  # the entry: who had the chain checked, and when
        return self._lines(asked.witnessed)

    async def _lines(self, witnessed: list[dict[str, Any]]) -> AsyncIterator[bytes]:
        """Progress as ``{done, blocks}``, the ``report`` last; ``failed`` when the check itself came to nothing."""
        async with self._busy:
            process = await self._started(witnessed)
            try:
                async for line in _said(process):
                    yield line
                if code := await process.wait():
                    _log.error("audit.verification_failed", code=code)
                    yield msgspec.json.encode({"failed": code}) + b"\n"
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    async def _started(self, witnessed: list[dict[str, Any]]) -> Process:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment
        )
        settings = self._settings
        wanted = Wanted(
            service=self._service,
            database_url=settings.database_url.get_secret_value(),
            identity_key=settings.identity_key.get_secret_value(),
            trusted_keys=settings.trusted_keys,
            witnessed=witnessed,
        )
        told = cast("asyncio.StreamWriter", process.stdin)
        told.write(msgspec.json.encode(wanted))
        told.close()
        return process


async def _said(process: Process) -> AsyncIterator[bytes]:
    """What it says, line by line."""
    lines = cast("asyncio.StreamReader", process.stdout)
    last = msgspec.json.encode({"done": 0, "blocks": 0}) + b"\n"
    reading = asyncio.ensure_future(lines.readline())
    try:
        while True:
            done, _ = await asyncio.wait({reading}, timeout=_STILL_THERE)
            if not done:
                yield last
                continue
            if not (line := reading.result()):
                return
            last = line
            yield line
            reading = asyncio.ensure_future(lines.readline())
    finally:
        reading.cancel()


def verifying_router(of: Verifying) -> APIRouter:
    """The routes, the same in every service."""
    routes = APIRouter(prefix="/ops/v1", tags=["operations"])

    @routes.get("/witnessed-heads", summary="为别的服务留存的链头")
    async def heads(chain: Annotated[str, Query(alias="of", max_length=32)]) -> list[dict[str, Any]]:
        """The newest 2,000 heads of that service's audit chain that are kept here."""
        return await of.heads(chain)

    @routes.post("/audit:verify", summary="即时核验审计链", response_class=StreamingResponse)
    async def verification(asked: VerificationAsked) -> StreamingResponse:
        """NDJSON: progress, the report last; what ``shenguan audit verify`` finds, without archives."""
        return StreamingResponse(await of.begin(asked), media_type="application/x-ndjson")

    return routes


def _must_be_heads(witnessed: list[dict[str, Any]]) -> None:
    for at, head in enumerate(witnessed):
        try:
            Head.read(msgspec.json.encode(head))
        except ValueError as fault:
            zh, en = "不是链头", "is no head"
            raise malformed([Fault(pointer=f"/witnessed/{at}", zh=zh, en=en)]) from fault


def _running() -> Refusal:
    return Refusal(
        code="verification-running",
        zh="这条审计链正在核验，请等它完成再开始",
        en="This chain is being verified already; wait until that is done",
        status=409,
        retryable=True,
    )
