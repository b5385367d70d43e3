"""接口密钥与签名回调 as bureaus use them: made in approval, good in every service, over as soon as it is revoked."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

from kernel.clock import china_day
from kernel.role import Role
from ops.stack import Stack
from tests.journey import bare_environment

pytestmark = pytest.mark.servers

PATIENCE = 60.0
GRANT = {
    "name": "许可系统",
    "scopes": ["POST /api/v1/cases", "GET /api/v1/tasks"],
    "source_systems": ["market"],
    "expires_on": (datetime.now(UTC).date() + timedelta(days=30)).isoformat(),
    "by": "SEC-01",
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Stack]:
        async with Stack.open(temporary=True, environment=bare_environment()) as running:
            yield running

    with asyncio.Runner() as runner:
        running = opened()
        yield runner.run(running.__aenter__())
        runner.run(running.__aexit__(None, None, None))


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        yield client


def a_case(case_id: str, source: str = "market") -> dict[str, Any]:
    holder = {"id_type": "001", "id_no": "91640202MA00000A14", "name": "面馆"}
    plain = {"source_system": source, "case_id": case_id, "kind": "NEW", "item_code": "1006", "region": "640202"}
    return plain | {"decided_on": "2020-03-01", "subject": holder, "object": {"object_no": case_id, "name": "面馆"}}


async def until(status: int, ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    deadline = monotonic() + PATIENCE
    while (answer := await ask()).status_code != status:
        assert monotonic() < deadline, answer.text
        await asyncio.sleep(0.1)
    return answer


def code_of(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.json().get('type', '').rpartition(':')[2]}"


async def furnish(http: httpx.AsyncClient, stack: Stack) -> None:
    item = json.dumps({"item_code": "1006", "name": "食品经营许可", "department": "区审批局"})
    told = await http.post(f"{stack.urls['approval']}/api/v1/items:batch", content=item, headers=stack.headers())
    assert told.status_code == 200, told.text


async def test_a_key_opens_what_it_was_made_for_in_every_service_until_it_is_revoked(
    stack: Stack, http: httpx.AsyncClient
) -> None:
    await furnish(http, stack)
    approval, supervision = stack.urls["approval"], stack.urls["supervision"]
    security = stack.headers(Role.SECURITY_ADMIN)
    assert (
        code_of(await http.post(f"{approval}/api/v1/api-keys", json=GRANT, headers=stack.headers()))
        == "403 not-allowed"
    )
    made = (await http.post(f"{approval}/api/v1/api-keys", json=GRANT, headers=security)).raise_for_status().json()
    key = {"Authorization": f"Bearer {made['token']}"}
    assert (await http.post(f"{approval}/api/v1/cases", json=a_case("A1"), headers=key)).status_code == 201
    lines = "\n".join(json.dumps(a_case("A2", source)) for source in ("market", "food"))
    batch = await http.post(f"{approval}/api/v1/cases:batch", content=lines, headers=key)
    assert [json.loads(line)["status"] for line in batch.text.splitlines()] == [201, 403]
    other = await http.post(f"{approval}/api/v1/cases", json=a_case("A3", "food"), headers=key)
    assert code_of(other) == "403 source-not-allowed"
    assert code_of(await http.get(f"{approval}/api/v1/cases", headers=key)) == "403 outside-key-scope"
    tasks = f"{supervision}/api/v1/tasks"
    await until(200, lambda: http.get(tasks, headers=key))
    body = {"by": "SEC-02", "reason": "系统下线"}
    await http.post(f"{approval}/api/v1/api-keys/{made['key_id']}:revoke", json=body, headers=security)
    assert code_of(await http.post(f"{approval}/api/v1/cases", json=a_case("A4"), headers=key)) == "401 api-key-revoked"
    assert code_of(await until(401, lambda: http.get(tasks, headers=key))) == "401 api-key-revoked"
    (shown,) = (await http.get(f"{approval}/api/v1/api-keys", headers=security)).json()["items"]
    assert (shown["revoked_by"], shown["last_used_on"]) == ("SEC-02", str(china_day(datetime.now(UTC))))
    assert made["token"].split("_", 2)[2] not in json.dumps(shown)


async def test_a_signed_case_is_registered_once_and_an_unsigned_one_never(
    stack: Stack, http: httpx.AsyncClient
) -> None:
    await furnish(http, stack)
    url = stack.urls["approval"]
    asked = {"source_system": "market", "by": "SEC-01"}
    security = stack.headers(Role.SECURITY_ADMIN)
    secret = (await http.post(f"{url}/api/v1/webhook-secrets", json=asked, headers=security)).json()["secret"]
    said = {"type": "case.decided", "timestamp": "2026-03-02T08:00:00+08:00", "data": a_case("W1")}
    body, at = json.dumps(said), datetime.now(UTC)
    signed = {
        "content-type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign("msg_1", at, body),
    }
    hook = f"{url}/api/v1/webhooks/market"
    assert code_of(await http.post(hook, content=body)) == "401 webhook-unsigned"
    answers = await asyncio.gather(*(http.post(hook, content=body, headers=signed) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert (await until(201, lambda: http.post(hook, content=body, headers=signed))).json()["case_id"] == "W1"
    told = await http.get(f"{url}/api/v1/cases", params={"object_no": "W1"}, headers=stack.headers())
    assert len(told.json()["items"]) == 1
