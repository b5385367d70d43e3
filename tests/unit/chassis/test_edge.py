"""边界防护: what may come in, how often, and what every answer says to a browser."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response
from fastapi_offline import FastAPIOffline
from pydantic import ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import problems
from chassis.access.principal import NOBODY, Principal, PrincipalKind, on_behalf_of
from chassis.body_limit import BodyLimit
from chassis.edge.settings import EdgeSettings
from chassis.edge.wiring import guard_answers, guard_requests

CALLERS = {name: Principal(id=name, kind=PrincipalKind.SYSTEM) for name in ("bureau", "other")} | {"": NOBODY}


class SignsIn:
    """Takes the caller's word for who it is, as no real service does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        said = dict(scope.get("headers", [])).get(b"x-caller", b"").decode()
        with on_behalf_of(CALLERS[said]):
            await self._app(scope, receive, send)


def application(settings: EdgeSettings) -> FastAPI:
    app: FastAPI = FastAPIOffline(redoc_url=None)

    @app.post("/things/{path:path}")
    async def post(path: str, request: Request) -> dict[str, Any]:
        return {"path": path, "length": len(await request.body())}

    @app.get("/things")
    async def get(kept: str = "") -> Response:
        return Response("{}", headers={"Cache-Control": kept} if kept else {})

    @app.get("/broken")
    async def broken() -> int:
        raise KeyError

    @app.get("/healthz")
    async def healthz() -> int:
        return 1

    guard_requests(app, settings)
    app.add_middleware(SignsIn)
    app.add_middleware(BodyLimit, largest=1000)
    problems.install(app)
    guard_answers(app, settings)
    return app


def asking(settings: EdgeSettings, address: str = "192.0.2.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application(settings), client=(address, 1))
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with asking(EdgeSettings()) as client:
        yield client


def code_of(answer: httpx.Response) -> str:
    said = answer.json()
    assert said["title"]
    assert said["title_en"]
    return str(said["type"]).removeprefix("urn:shenguan:problem:")


@pytest.mark.parametrize("kind", ["application/json", "application/merge-patch+json", None])
async def test_a_body_too_deep_is_refused_and_the_usual_one_arrives_whole(
    http: httpx.AsyncClient, kind: str | None
) -> None:
    headers = {"content-type": kind} if kind else {}
    answer = await http.post("/things/a", content=b"[" * 40 + b"]" * 40, headers=headers)
    assert (answer.status_code, code_of(answer)) == (422, "too-deep")
    assert (await http.post("/things/a", content=b"[" * 9 + b"]" * 9, headers=headers)).json()["length"] == 18


async def test_a_body_over_the_limit_is_refused_also_when_middleware_reads_it(http: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 400

    answer = await http.post("/things/a", content=parts(), headers={"content-type": "application/json"})
    assert (answer.status_code, code_of(answer)) == (413, "body-too-large")


@pytest.mark.parametrize(
    ("address", "headers", "status", "code"),
    [
        ("/things/a%00b", {}, 422, "invalid-content"),
        ("/things/a?b=%00", {}, 422, "invalid-content"),
        ("/things/a?%00=b", {}, 422, "invalid-content"),
        (f"/things/{'a' * 9000}", {}, 414, "address-too-long"),
        (f"/things/a?b={'a' * 9000}", {}, 414, "address-too-long"),
        ("/things/a", {"x-a": "b" * 40_000}, 431, "headers-too-large"),
        ("/things/a", {"x-a": "b\x00"}, 422, "invalid-content"),
    ],
)
async def test_an_address_or_headers_nobody_can_mean_are_refused(
    http: httpx.AsyncClient, address: str, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await http.post(address, headers=headers)
    assert (answer.status_code, code_of(answer)) == (status, code)


async def test_a_query_with_nul_is_refused_by_the_name_of_its_parameter(http: httpx.AsyncClient) -> None:
    answer = await http.post("/things/a?good=1&bad=x%00")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/bad"]


@pytest.mark.parametrize("path", ["/things", "/nothing", "/broken", "/things?b=%00", "/openapi.json", "/docs"])
async def test_every_answer_carries_the_headers(http: httpx.AsyncClient, path: str) -> None:
    headers = (await http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert ("script-src" in policy) is (path == "/docs")
    assert "strict-transport-security" not in headers


async def test_an_answer_that_says_how_it_is_kept_is_left_alone(http: httpx.AsyncClient) -> None:
    assert (await http.get("/things?kept=no-cache")).headers["cache-control"] == "no-cache"


async def test_behind_tls_a_browser_is_told_to_stay_there() -> None:
    async with asking(EdgeSettings(hsts_seconds=600)) as client:
        answer = await client.get("/things")
    assert answer.headers["strict-transport-security"] == "max-age=600; includeSubDomains"


async def test_the_page_of_the_api_may_run_its_own_inline_script_and_no_other(http: httpx.AsyncClient) -> None:
    answer = await http.get("/docs")
    script = answer.text.split("<script>")[1].split("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    scripts = next(rule for rule in answer.headers["content-security-policy"].split("; ") if rule.startswith("script"))
    assert scripts == f"script-src 'self' 'sha256-{digest}'"


async def test_who_asks_too_often_is_told_when_to_come_back_and_others_are_served() -> None:
    async with asking(EdgeSettings(rate_writes="3/minute", rate_reads="3/minute")) as client:
        bureau = {"x-caller": "bureau"}
        answers = [await client.post("/things/a", headers=bureau) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert code_of(answers[-1]) == "too-many-requests"
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
        assert (await client.get("/things", headers=bureau)).status_code == 200
        assert (await client.post("/things/a", headers={"x-caller": "other"})).status_code == 200


async def test_who_is_not_signed_in_is_counted_by_address_and_health_is_not_counted() -> None:
    async with asking(EdgeSettings(rate_public="2/minute"), "2001:db8:1:2:3:4:5:6") as client:
        assert [(await client.get("/things")).status_code for _ in range(3)] == [200, 200, 429]
        assert [(await client.get("/healthz")).status_code for _ in range(3)] == [200, 200, 200]
        neighbour = httpx.ASGITransport(client._transport.app, client=("2001:db8:1:2::1", 1))  # type: ignore[attr-defined]
        stranger = httpx.ASGITransport(client._transport.app, client=("2001:db8:1:3::1", 1))  # type: ignore[attr-defined]
        for transport, status in ((neighbour, 429), (stranger, 200)):
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as one:
                assert (await one.get("/things")).status_code == status


async def test_without_a_rate_nobody_is_counted() -> None:
    async with asking(EdgeSettings(rate_public="")) as client:
        answers = await asyncio.gather(*(client.get("/things") for _ in range(50)))
    assert {answer.status_code for answer in answers} == {200}


def test_a_rate_that_is_none_stops_the_start() -> None:
    with pytest.raises(ValidationError):
        EdgeSettings(rate_reads="often")
