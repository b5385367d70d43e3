"""Credit as it runs: its own process on a real PostgreSQL and a real NATS, told of inspections as the relay tells."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import httpx
import nats
import pytest
from nats.js.errors import NotFoundError

from chassis.envelope import Cause
from chassis.identity import IdentityKeys
from chassis.provision import provision
from chassis.publisher import Outgoing, publish
from contracts.supervision import InspectionConcluded
from contracts.topology import STREAMS
from ops.services import Service, outer_environment
from ops.state_folder import temporary_folder
from tests.keys import seal, signing_environment
from tests.tokens import SETTINGS, headers

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PATIENCE = 60.0


class Credit:
    """A running credit service and the wire it listens to."""

    def __init__(self, service: Service, nats_url: str, database_url: str, identity_key: str) -> None:
        self.service = service
        self.identity = IdentityKeys(identity_key)
        self.nats_url = nats_url
        self.database_url = database_url
        self.http = httpx.AsyncClient(base_url=service.url, headers=headers(), timeout=30)

    async def start(self) -> None:
        await self.service.start()
        deadline = monotonic() + PATIENCE
        while not await self.service.ready():
            assert self.service.child.exit_code is None, self.service.child.program.log.read_text()
            assert monotonic() < deadline, self.service.child.program.log.read_text()
            await asyncio.sleep(0.05)

    async def on(self, day: str) -> None:
        """Move the stack's clock to noon of a day in China."""
        (await self.http.post("/ops/v1/clock", json={"now": f"{day}T12:00:00+08:00"})).raise_for_status()

    async def told(self, inspections: Iterable[InspectionConcluded], *, copies: int = 1) -> None:
        """Publish inspections; each further copy carries the same event id, as a repeated publication does."""
        sealed = [outgoing(inspection) for inspection in inspections]
        connection = await nats.connect(self.nats_url)
        try:
            for copy in range(copies):
                again = [renamed(event, copy) for event in sealed]
                for start in range(0, len(again), 1000):
                    published = await publish(connection, "SUPERVISION", again[start : start + 1000])
                    assert not published.refused
        finally:
            await connection.close()

    async def settled(self) -> dict[str, Any]:
        """Wait until nothing is on its way; the status then."""
        deadline = monotonic() + PATIENCE
        while True:
            status: dict[str, Any] = (await self.http.get("/ops/v1/status")).raise_for_status().json()
            if status["settled"]:
                return status
            assert monotonic() < deadline, status
            await asyncio.sleep(0.05)

    async def get(self, path: str, **asked: Any) -> Any:
        return (await self.http.get(path, params=asked)).raise_for_status().json()


def outgoing(inspection: InspectionConcluded) -> Outgoing:
    cause = Cause(id="", correlation="unit:CASE-1")
    now = datetime(2012, 3, 1, 8, tzinfo=UTC)
    sealed = seal(inspection, service="supervision", region="640202", now=now, cause=cause, traceparent=TRACE)
    return Outgoing(sealed.id, sealed.subject, sealed.headers, sealed.payload)


def renamed(event: Outgoing, copy: int) -> Outgoing:
    """The same event under another message id, so that the stream keeps it a second time."""
    name = f"{event.headers['Nats-Msg-Id']}-{copy}"
    return Outgoing(event.event_id, event.subject, {**event.headers, "Nats-Msg-Id": name}, event.payload)


async def emptied(nats_url: str) -> None:
    """Make streams and durables anew: what other tests said is not ours."""
    connection = await nats.connect(nats_url)
    try:
        for name in STREAMS:
            try:
                await connection.jetstream().delete_stream(name)
            except NotFoundError:
                continue
    finally:
        await connection.close()
    await provision(nats_url)


@pytest.fixture
async def credit(database_url: str, nats_url: str) -> AsyncIterator[Credit]:
    await emptied(nats_url)
    folder = temporary_folder()
    environment = outer_environment() | {
        **signing_environment(),
        "SHENGUAN_CREDIT_DATABASE_URL": database_url,
        "SHENGUAN_NATS_URL": nats_url,
        "SHENGUAN_IDENTITY_KEY": folder.identity_key(),
        "SHENGUAN_CREDIT_PORT": "0",
        **SETTINGS,
    }
    service = Service("credit", [sys.executable, "-P", "-m", "credit.main"], folder, environment)
    running = Credit(service, nats_url, database_url, folder.identity_key())
    try:
        await running.start()
        await running.on("2012-04-02")
        yield running
    finally:
        await running.http.aclose()
        if service.started:
            await service.stop()
        folder.remove()
