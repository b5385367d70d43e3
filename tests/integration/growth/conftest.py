"""One database per service as it is after years, and the service's own application on it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from chassis.database import Pool, open_pool
from chassis.owner import Owner
from chassis.runtime import Runtime
from chassis.settings import ServiceSettings
from chassis.sweeper import Sweep
from ops.postgres import Database, EmbeddedPostgres
from tests.integration.growth.filling import fill_all
from tests.integration.growth.tables import GROWING, SMALL
from tests.keys import signing_environment
from tests.tokens import SETTINGS


@dataclass(frozen=True)
class Grown:
    """A service whose tables have grown."""

    service: str
    database: Database


class Answering(Runtime):
    """The service as it answers, without what it does by itself."""

    def __init__(self, service: str, opened: Pool) -> None:
        super().__init__(service, ServiceSettings.of(service))
        self._opened = opened
        self.sweep = Sweep()

    def pool(self) -> Pool:
        return self._opened

    def application(self, **parts: Any) -> Any:
        self.sweep = parts.get("sweep") or Sweep()
        return super().application(**parts)


@dataclass(frozen=True)
class Running:
    """What a service offers: its application, and what it sweeps."""

    client: httpx.AsyncClient
    pool: Pool
    sweep: Sweep


@pytest.fixture(scope="module", params=sorted(GROWING))
def grown(request: pytest.FixtureRequest, own_server: EmbeddedPostgres) -> Grown:
    service: str = request.param

    async def filled() -> Database:
        database = await own_server.database(f"shenguan_{service}")
        folder = Path(str(import_module(service).__file__)).parent / "migrations"
        await Owner(database.owner_url, database.url).prepare(folder)
        admin = await asyncpg.connect(own_server.url("postgres", f"shenguan_{service}"))
        await fill_all(admin, GROWING[service], SMALL[service])
        await admin.close()
        return database

    return Grown(service, asyncio.run(filled()))


@pytest.fixture
async def running(grown: Grown, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    own = f"SHENGUAN_{grown.service.upper()}"
    addresses = {f"{own}_DATABASE_URL": grown.database.url, f"{own}_OWNER_URL": grown.database.owner_url}
    key = {"SHENGUAN_IDENTITY_KEY": "c2hlbmd1YW4tdGVzdC1rZXktMzItYnl0ZXMtbG9uZyE="}
    for name, value in (addresses | key | signing_environment() | SETTINGS).items():
        monkeypatch.setenv(name, value)
    pool = await open_pool(grown.database.url)
    runtime = Answering(grown.service, pool)
    application = import_module(f"{grown.service}.main").build(runtime)
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
        yield Running(client, pool, runtime.sweep)
    await pool.close()
