"""The access matrix (权限矩阵): every route of the running services, by every role, from here and elsewhere, its own and others'.

The routes come from each service's OpenAPI document, the expected answers from a model that reads the tables alone.
A route without a row fails.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx
import pytest

from kernel.role import Role
from ops.stack import Stack
from tests.integration.access.model import CELLS, ELSEWHERE, HERE, ME, Asked, request, rules
from tests.integration.access.plant import PLANTED
from tests.integration.access.wire import Wire
from tests.journey import bare_environment
from tests.tokens import SETTINGS, person, token
from tests.unit.chassis.test_tokens import ATTACKS

pytestmark = pytest.mark.servers

SERVICES = ("approval", "supervision", "credit", "console")
AT_ONCE = 4
ADMIN = (Role.SYSTEM_ADMIN,)


@pytest.fixture(scope="module")
def running() -> Iterator[Stack]:
    """A stack that believes the tests' issuer, with an object of each kind of one's own and of somebody else's."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Stack]:
        async with Stack.open(temporary=True, environment=bare_environment() | SETTINGS) as stack:
            for service, plant in PLANTED.items():
                connection = await asyncpg.connect(stack.superuser_urls[service])
                await plant(connection)
                await connection.close()
            yield stack

    with asyncio.Runner() as runner:
        stack = opened()
        yield runner.run(stack.__aenter__())
        runner.run(stack.__aexit__(None, None, None))


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        yield http


async def routes(client: httpx.AsyncClient, url: str) -> list[tuple[str, str]]:
    document: dict[str, Any] = (await client.get(f"{url}/openapi.json")).json()
    return [(method.upper(), path) for path, methods in document["paths"].items() for method in methods]


def signed_in(asked: Asked) -> dict[str, str]:
    departments = ["*"] if asked.everywhere else ["FOOD"]
    return person(ME, asked.role, departments=departments, regions=[HERE if asked.here else ELSEWHERE])


async def answered(wire: Wire, route: tuple[str, str], asked: Asked) -> str:
    """The code of the refusal, empty when it was let through."""
    method, path = route
    sent = request(method, path, asked, re.findall(r"{(\w+)}", path))
    body = b"" if method == "GET" else json.dumps(sent.body).encode()
    return (await wire.ask(method, sent.path, sent.query, SIGNED_IN[asked], body))[1]


SIGNED_IN = {asked: signed_in(asked) for asked in CELLS}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("service", SERVICES)
async def test_every_route_answers_every_role_region_and_department_as_its_row_says(
    running: Stack, client: httpx.AsyncClient, service: str
) -> None:
    table, url = rules(service), running.urls[service]
    served = await routes(client, url)
    assert [route for route in served if route not in table] == []
    cells = [(route, asked) for route in served for asked in CELLS]
    told: list[str] = []

    async def some(mine: list[tuple[tuple[str, str], Asked]]) -> None:
        wire = Wire(url)
        for route, asked in mine:
            found, expected = await answered(wire, route, asked), table[route].expected(asked)
            if found != expected:
                told.append(f"{route} {asked}: {found or 'allowed'}, not {expected or 'allowed'}")
        wire.close()

    await asyncio.gather(*(some(cells[start::AT_ONCE]) for start in range(AT_ONCE)))
    assert told == []


@pytest.mark.parametrize("service", SERVICES)
async def test_nobody_is_let_in_without_a_token_but_on_public_pages(
    running: Stack, client: httpx.AsyncClient, service: str
) -> None:
    table, url = rules(service), running.urls[service]
    for method, path in await routes(client, url):
        sent = request(method, path, CELLS[0], re.findall(r"{(\w+)}", path))
        answer = await client.request(method, url + sent.path, params=sent.query)
        assert (answer.status_code == 401) is not table[method, path].public, (method, path)


@pytest.mark.parametrize(
    "attack", sorted(name for name, told in ATTACKS.items() if told and told.isascii() and told.isprintable())
)
async def test_an_attack_with_a_token_opens_no_service_and_is_audited(
    running: Stack, client: httpx.AsyncClient, attack: str
) -> None:
    for service in SERVICES:
        before = await audited(running, service)
        answer = await client.get(
            f"{running.urls[service]}/ops/v1/clock", headers={"Authorization": f"Bearer {ATTACKS[attack]}"}
        )
        assert answer.status_code == 401
        assert answer.json()["type"] == "urn:shenguan:problem:not-signed-in"
        assert await audited(running, service) == before + 1


async def audited(running: Stack, service: str) -> int:
    connection = await asyncpg.connect(running.superuser_urls[service])
    count: int = await connection.fetchval(
        "SELECT count(*) FROM audit_entry WHERE (result, code, action) = ('REFUSED', 'not-signed-in', 'GET /ops/v1/clock')"
    )
    await connection.close()
    return count


async def test_moving_the_clock_of_the_stack_revives_no_token(running: Stack, client: httpx.AsyncClient) -> None:
    url = f"{running.urls['credit']}/ops/v1/clock"
    admin = person("admin", *ADMIN)
    (await client.post(url, json={"now": "2000-01-01T00:00:00Z"}, headers=admin)).raise_for_status()
    expired = token("admin", "PERSON", ADMIN, iat=946_684_800, exp=946_688_400)
    assert (await client.get(url, headers={"Authorization": f"Bearer {expired}"})).status_code == 401
    assert (await client.get(url, headers=admin)).status_code == 200
