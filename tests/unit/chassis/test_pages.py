"""The pages of the API need nothing from the internet."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.runtime import Runtime
from chassis.settings import ServiceSettings
from tests.keys import signing_environment
from tests.tokens import SETTINGS


async def figures(_connection: AsyncConnection, _source: str | None) -> dict[str, int]:
    return {}


async def ledger(_connection: AsyncConnection, _source: str | None) -> AsyncIterator[tuple[str, str, str]]:
    yield "decisions", "cause", "1"


@pytest.fixture
async def client(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setenv("SHENGUAN_IDENTITY_KEY", b64encode(b"k" * 32).decode())
    for name, value in (signing_environment() | SETTINGS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SHENGUAN_CREDIT_DATABASE_URL", "postgresql://nobody:x@127.0.0.1:1/none")
    runtime = Runtime("credit", ServiceSettings.of("credit"))
    app = runtime.application(routers=[], subscriptions=[], figures=figures, ledger=ledger, migrations=Path())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        yield http


async def test_the_documentation_page_loads_everything_from_the_service_itself(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    for address in loaded:
        assert address.startswith("/"), address
        assert (await client.get(address)).status_code == 200
    assert (await client.get("/openapi.json")).json()["openapi"].startswith("3.1")


async def test_what_listens_is_described_as_asyncapi(client: httpx.AsyncClient) -> None:
    assert (await client.get("/asyncapi.json")).json()["asyncapi"].startswith("3.")
