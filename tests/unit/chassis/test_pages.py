"""The pages of the API need nothing from the internet."""

import json
import re
from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.runtime import Runtime
from chassis.settings import ServiceSettings
from contracts.asyncapi import rendered
from contracts.intake import DOORS, HEADERS, Kept
from contracts.topology import EVENTS
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


async def test_the_page_of_events_shows_each_with_its_fields_and_needs_nothing_else(client: httpx.AsyncClient) -> None:
    answer = await client.get("/docs/events")
    page = answer.text
    assert [kind for kind in EVENTS.values() if f'<h2 id="{kind.fact}">' not in page] == []
    assert "<code>decided_on</code>" in page
    for door in DOORS:
        (section,) = re.findall(rf'<h2 id="intake.{door.service}">.*?</section>', page, re.DOTALL)
        assert f"发布 publisher：{door.identity}；接收 listeners：{door.service}" in section
        headings = re.findall(r'<th scope="col">([^<]+)</th><th scope="col">类型', section)
        assert headings == ["报文头 header", "字段 field", "收下回执 answer"]
        told = set(re.findall(r"<tr><td><code>([^<]+)</code>", section))
        assert told == {*HEADERS, *door.document.__struct_fields__, *Kept.__struct_fields__}
    assert set(re.findall(r'(?:src|href)="([^"#]+)"', page)) == {"/docs", "/docs/events.json"}
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src 'self';" in policy
    assert (await client.get("/docs/events.json")).json() == json.loads(rendered())
