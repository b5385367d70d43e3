"""A straight way answers what it takes as the route would, and leaves the rest to the route."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis import problems
from chassis.straight import StraightWays
from kernel.refusal import Refusal

JSON = {"content-type": "application/json; charset=utf-8"}


class Judged:
    """In the place of the gate."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and b"x-stranger" not in dict(scope["headers"]):
            scope["shenguan.access"] = object()
        await self._app(scope, receive, send)


async def way(body: bytes) -> tuple[int, Mapping[str, Any]] | None:
    if body == b"{}":
        return None
    if body == b"0":
        raise Refusal(code="no", zh="不", en="no", status=409)
    if body == b"1":
        raise ConnectionError("the database is away")
    if body == b"2":
        raise LookupError("a bug")
    return 201, {"name": "面馆", "body": body.decode()}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()

    @app.post("/cases")
    async def by_the_route(request: Request) -> dict[str, str]:
        return {"route": (await request.body()).decode()}

    app.add_middleware(StraightWays, ways={("POST", "/cases"): way})
    app.add_middleware(Judged)
    problems.install(app)
    return app


def posted(app: FastAPI, body: bytes, headers: Mapping[str, str] = JSON, path: str = "/cases") -> httpx.Response:
    async def post() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://unit") as http:
            return await http.post(path, content=body, headers=dict(headers))

    return asyncio.run(post())


def test_what_it_takes_is_answered(app: FastAPI) -> None:
    answer = posted(app, b"[3]")
    assert (answer.status_code, answer.json()) == (201, {"name": "面馆", "body": "[3]"})
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize(
    "headers",
    [JSON, {"content-type": "text/plain"}, {}, JSON | {"x-stranger": "1"}],
    ids=["not taken", "another type", "no type", "not judged"],
)
def test_the_rest_reaches_the_route_with_its_body_whole(app: FastAPI, headers: Mapping[str, str]) -> None:
    body = b"{}" if headers == JSON else b"[3]"
    assert posted(app, body, headers).json() == {"route": body.decode()}


@pytest.mark.parametrize(("body", "status", "code"), [(b"0", 409, "no"), (b"1", 503, ""), (b"2", 500, "")])
def test_refusals_and_failures_are_problems(app: FastAPI, body: bytes, status: int, code: str) -> None:
    answer = posted(app, body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].startswith(f"urn:shenguan:problem:{code}")


def test_other_addresses_go_their_own_way(app: FastAPI) -> None:
    assert posted(app, b"[3]", path="/elsewhere").status_code == 404
