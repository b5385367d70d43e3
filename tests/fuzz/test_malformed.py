"""Malformed bodies against every route: no 5xx and no growing memory. A slice by day, 100,000 by night."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from threading import Thread

import httpx
import pytest

from tests.fuzz.malformed import Found, _one, attacked, attacks
from tests.fuzz.routes import LEFT_OUT, WRITING, Route, routes
from tests.fuzz.standing import Standing, standing

SEED = 7
DAY, NIGHT = 1000, 100_000
GROWTH = 0.03
"""As much for a body as 0.05 was when four in five of them came after the first look."""
TOO_MANY, PAGE = 100_000, 500
DEEP = b"[" * 100_000


@pytest.fixture
async def stack() -> AsyncIterator[Standing]:
    async with standing() as running:
        yield running


def told(found: Found) -> str:
    return "\n".join(
        f"{one['way']}: {one['request']} {one['content']} -> {one['answer']}" for one in found.failures[:20]
    )


@pytest.mark.servers
@pytest.mark.timeout(600)
@pytest.mark.nightly
async def test_a_thousand_malformed_bodies_are_refused_or_harmless_and_no_list_is_longer_than_its_page(
    stack: Standing,
) -> None:
    found = await attacked(stack, SEED, DAY)
    assert found.bodies == DAY
    assert not found.failures, told(found)
    assert not found.restarts
    every = await routes(stack)
    lists = [route for route in every if route.method == "get" and "{" not in route.path and _pages(route)]
    assert len(lists) > 20
    for route in lists:
        async with httpx.AsyncClient(
            base_url=stack.urls[route.service], headers=stack.headers_for(route.roles)
        ) as http:
            answer = await http.get(route.path, params={"limit": TOO_MANY})
        # Supervision gives as many as a page may have, the others refuse.
        few = answer.status_code == 200 and len(answer.json()["items"]) <= PAGE
        assert answer.status_code == 422 or few, (route.service, route.path, answer.text[:200])
    for route in (one for one in every if one.path in LEFT_OUT and one.method in WRITING):
        for body in (b"", b"{", b'{"now": "\x00"}', b'{"now": 1e400}', b'{"now": "yesterday"}', DEEP):
            async with httpx.AsyncClient(
                base_url=stack.urls[route.service], headers=stack.headers_for(route.roles)
            ) as http:
                answer = await http.request(route.method, route.path, content=body)
            assert 400 <= answer.status_code < 500, (route.path, body[:20], answer.text[:200])


@pytest.mark.servers
@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_a_hundred_thousand_malformed_bodies_harm_nobody_and_take_no_memory(stack: Standing) -> None:
    found = await attacked(stack, SEED, NIGHT)
    assert found.bodies == NIGHT
    assert not found.failures, told(found)
    assert not found.restarts
    assert all(share < GROWTH for share in found.growth.values()), (found.memory_before, found.memory_after)


def _pages(route: Route) -> bool:
    # 期限 of a count of days has the same name.
    return any(said["name"] == "limit" for said in route.said("query")) and route.path != "/api/v1/deadline-count"


class Answering(BaseHTTPRequestHandler):
    """A service that answers every POST with what its path says."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        kind, status, line = self.path.strip("/").split("/")
        body = f'{{"status": {line}}}\n'
        if kind == "hangup":
            return
        self.send_response(int(status))
        self.send_header("content-type", f"application/{kind}")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_said: object) -> None:
        """Quiet."""


@contextmanager
def answering() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "failures"),
    [
        ("/json/200/1", 0),
        ("/json/422/1", 0),
        ("/json/500/1", 1),
        ("/json/503/1", 1),
        ("/hangup/0/0", 1),
        ("/x-ndjson/200/201", 0),
        ("/x-ndjson/200/500", 1),
    ],
)
async def test_what_must_not_happen_is_noticed(path: str, failures: int) -> None:
    route = Route("any", "post", path, (), {}, {})
    found = Found(SEED)
    with answering() as url:
        async with httpx.AsyncClient(base_url=url, trust_env=False) as http:
            await _one(http, next(attacks([route], {}, SEED, 1)), {}, found)
    assert len(found.failures) == failures


def test_the_same_seed_draws_the_same_bodies_and_every_way_of_spoiling() -> None:
    form = {"type": "object", "properties": {"name": {"type": "string"}, "parts": {"type": "array"}}}
    every = [Route("any", "post", "/things", (), {"application/json": form}, {})]
    first, again = ([*attacks(every, {}, SEED, 400)] for _ in range(2))
    assert [one.sent for one in first] == [one.sent for one in again]
    assert [one.sent for one in first] != [one.sent for one in attacks(every, {}, SEED + 1, 400)]
    assert len({one.way for one in first}) == 14
    assert len({one.sent.content for one in islice(first, 200)}) > 100


def test_memory_is_compared_service_by_service() -> None:
    found = Found(SEED, memory_before={"a": 1000, "b": 1000}, memory_after={"a": 1020, "b": 1040})
    assert {name for name, share in found.growth.items() if share >= GROWTH} == {"b"}
