"""The HTTP edge answers everything: line by line, in two languages, without losing the connection."""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel, ConfigDict

from chassis import ndjson, problems
from chassis.body_limit import BodyLimit
from kernel.refusal import Refusal


class Count(msgspec.Struct, forbid_unknown_fields=True):
    number: int


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: int


async def double(counts: Sequence[Count]) -> list[int | Refusal]:
    return [
        Refusal(code="too-much", zh="过大", en="too much", status=409) if c.number > 100 else 2 * c.number
        for c in counts
    ]


def application() -> FastAPI:
    app = FastAPI()
    problems.install(app)
    app.add_middleware(BodyLimit, largest=1000, own={r"/files/[0-9]+": 5000})
    decoder = msgspec.json.Decoder(Count)

    @app.post("/counts:batch")
    async def batch(request: Request) -> Response:
        return ndjson.batch_response(
            request, lambda line: ndjson.decoded(decoder, line), double, lambda n: (201, {"doubled": n})
        )

    @app.post("/files/{path:path}")
    async def file(path: str, request: Request) -> int:
        return len(path and await request.body())

    @app.post("/counts")
    async def one(body: Body) -> int:
        return 100 // body.number

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application()), base_url="http://test") as http:
        yield http


def lines(answer: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


async def test_every_line_has_its_own_answer_in_order(client: httpx.AsyncClient) -> None:
    body = b'{"number": 1}\n\n{"number": "x"}\n{"number": 101}\n{bad\n{"number": 2, "more": 1}\n{"number": 3}'
    told = lines(await client.post("/counts:batch", content=body))
    assert [(line["line"], line["status"]) for line in told] == [
        (1, 201),
        (3, 422),
        (4, 409),
        (5, 422),
        (6, 422),
        (7, 201),
    ]
    assert told[1]["problem"]["errors"][0]["pointer"] == "/number"
    assert told[2]["problem"]["type"] == "urn:shenguan:problem:too-much"
    assert [line["doubled"] for line in told if "doubled" in line] == [2, 6]


async def test_more_lines_than_a_chunk_keep_their_numbers(client: httpx.AsyncClient) -> None:
    count = 2 * ndjson.CHUNK + 7
    told = lines(await client.post("/counts:batch", content=b'{"number": 5}\n' * count))
    assert [line["line"] for line in told] == list(range(1, count + 1))


async def test_a_line_that_never_ends_is_refused_and_the_next_one_is_taken(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"9" * 16_384
        yield b'\n{"number": 4}\n'

    told = lines(await client.post("/counts:batch", content=endless()))
    assert [(line["status"], line.get("doubled")) for line in told] == [(413, None), (201, 8)]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"number": 5}', 200, None),
        (b'{"number": "five"}', 422, "invalid-content"),
        (b'{"number": 5, "other": 1}', 422, "invalid-content"),
        (b"{", 422, "invalid-content"),
        (b"\xff\xfe", 422, "invalid-content"),
        (b'{"number": 0}', 500, "internal"),
        (b" " * 1001, 413, "body-too-large"),
    ],
)
async def test_bad_input_and_bugs_are_answered_in_two_languages(
    client: httpx.AsyncClient, body: bytes, status: int, code: str | None
) -> None:
    answer = await client.post("/counts", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    if code:
        said = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert said["type"] == f"urn:shenguan:problem:{code}"
        assert said["title"]
        assert said["title_en"]


@pytest.mark.parametrize("name", ["欧阳拾叁", "x" * 65, "a b"])
async def test_a_member_somebody_made_up_is_refused_without_being_repeated(
    client: httpx.AsyncClient, name: str
) -> None:
    answer = await client.post("/counts", json={"number": 5, name: 1})
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/…"]
    (told,) = lines(await client.post("/counts:batch", content=json.dumps({"number": 5, name: 1}).encode()))
    assert (told["status"], name in repr(told)) == (422, False)


async def test_an_unannounced_body_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * 400

    answer = await client.post("/counts", content=parts(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/files/1", 5000, 200),
        ("/files/1", 5001, 413),
        ("/files/1/more", 1001, 413),
        ("/files/x", 1001, 413),
        ("/files/x", 1000, 200),
    ],
)
async def test_a_route_may_have_a_limit_of_its_own_and_no_other_route_has_it(
    client: httpx.AsyncClient, path: str, size: int, status: int
) -> None:
    answer = await client.post(path, content=b"x" * size)
    assert answer.status_code == status
