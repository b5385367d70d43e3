"""Bad input gets a problem document that says what to do; never a 500, never half a write."""

import json
from typing import Any

import httpx
import pytest

from tests.integration.supervision.conftest import a_catalogue_file, an_inspection, lines, ndjson

pytestmark = pytest.mark.servers

NO_TASK = "00000000-0000-0000-0000-000000000000"
SINGLE = {
    "/api/v1/inspections": an_inspection("BAD", "BAD-1"),
    "/api/v1/catalogue-versions": a_catalogue_file("BAD"),
    f"/api/v1/tasks/{NO_TASK}:claim": {"inspector": "orange-1"},
    f"/api/v1/tasks/{NO_TASK}:conclude": {
        name: value for name, value in an_inspection("BAD", "").items() if name not in {"object_no", "source_system"}
    },
}
BODIES = [b"", b"null", b"[]", b"3", b"{", b"\xff\xfe\x00", "检查".encode("gb18030"), b'{"\\u0000": 1}', b"[" * 100_000]
NASTY: list[Any] = [None, 7, 1e400, True, [], {}, [[]], "", "\x00", "\ud800", "长" * 100_000, -(10**30), "2011-02-30"]


def is_problem(answer: httpx.Response) -> bool:
    said = answer.json()
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and said["type"].startswith("urn:shenguan:problem:")
        and bool(said["title"])
        and bool(said["title_en"])
        and said["status"] == answer.status_code
    )


async def counts(http: httpx.AsyncClient) -> Any:
    return (await http.get("/ops/v1/figures")).json(), (await http.get("/api/v1/catalogue-versions")).json()


@pytest.mark.parametrize("path", SINGLE)
async def test_what_is_no_document_of_its_kind_is_a_problem(http: httpx.AsyncClient, path: str) -> None:
    before = await counts(http)
    for body in BODIES:
        answer = await http.post(path, content=body, headers={"content-type": "application/json"})
        assert is_problem(answer), (body[:20], answer.status_code, answer.text)
    assert await counts(http) == before


@pytest.mark.parametrize("path", SINGLE)
async def test_every_field_with_every_nasty_value_is_a_problem_or_is_harmless(
    http: httpx.AsyncClient, path: str
) -> None:
    for name in SINGLE[path]:
        for value in NASTY:
            body = json.dumps(SINGLE[path] | {name: value}).encode()
            answer = await http.post(path, content=body, headers={"content-type": "application/json"})
            assert answer.status_code < 500, (name, value, answer.text)
            assert answer.status_code < 300 or is_problem(answer), (name, value, answer.text)


@pytest.mark.parametrize("path", SINGLE)
async def test_a_field_nobody_knows_is_named(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.post(path, json=SINGLE[path] | {"colour": "red"})
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, ["/colour"])


@pytest.mark.parametrize("path", ["/api/v1/inspections:batch", "/api/v1/inspectors:batch"])
async def test_a_bad_line_of_a_batch_has_its_own_problem(http: httpx.AsyncClient, path: str) -> None:
    bodies = [body for body in BODIES if body]
    before = await counts(http)
    answers = lines(await http.post(path, content=b"\n".join(bodies)))
    assert await counts(http) == before
    assert [answer["status"] for answer in answers] == [422] * len(bodies)
    told = {answer["problem"]["type"].removeprefix("urn:shenguan:problem:") for answer in answers}
    assert told == {"invalid-content", "too-deep"}


async def test_every_field_of_a_line_with_every_nasty_value_is_refused_or_harmless(http: httpx.AsyncClient) -> None:
    plain = SINGLE["/api/v1/inspections"]
    documents = [plain | {"inspection_no": f"N{n}"} | {name: value} for name in plain for n, value in enumerate(NASTY)]
    answers = lines(await http.post("/api/v1/inspections:batch", content=ndjson(documents)))
    assert len(answers) == len(documents)
    assert {answer["status"] for answer in answers} <= {200, 201, 409, 413, 422}


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("/api/v1/tasks?limit=0", "/limit"),
        ("/api/v1/tasks?limit=many", "/limit"),
        ("/api/v1/tasks?state=LOST", "/state"),
        ("/api/v1/tasks?cursor=nonsense", "/cursor"),
        ("/api/v1/tasks?cursor=%00", "/cursor"),
        ("/api/v1/tasks?department=%00", "/department"),
        ("/api/v1/tasks?colour=red", "/colour"),
        ("/api/v1/tasks/7", "/task_id"),
        ("/api/v1/objects?provisional=perhaps", "/provisional"),
        ("/api/v1/objects?cursor=WzFd", "/cursor"),
        ("/api/v1/objects/chicago/%00", ""),
        ("/api/v1/decisions?outcome=GOOD", "/outcome"),
        ("/api/v1/decisions?cursor=W10=", "/cursor"),
        ("/api/v1/grades/099/%00", ""),
        ("/api/v1/inspectors?department=%00", "/department"),
        ("/api/v1/catalogue-versions/%00", ""),
    ],
)
async def test_a_question_nobody_can_answer_is_told_where_it_is_wrong(
    http: httpx.AsyncClient, path: str, pointer: str
) -> None:
    answer = await http.get(path)
    assert is_problem(answer), answer.text
    assert (answer.status_code, [fault["pointer"] for fault in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    "path",
    [
        f"/api/v1/tasks/{NO_TASK}",
        "/api/v1/objects/chicago/NONE",
        "/api/v1/objects/chicago/A/B",
        "/api/v1/grades/099/NONE",
        "/api/v1/catalogue-versions/NONE",
        "/api/v1/nothing",
    ],
)
async def test_what_is_not_there_is_not_found(http: httpx.AsyncClient, path: str) -> None:
    answer = await http.get(path)
    assert is_problem(answer)
    assert answer.status_code == 404


async def test_a_task_of_another_source_system_is_not_concluded(http: httpx.AsyncClient) -> None:
    made = (await http.post("/api/v1/inspections", json=an_inspection("SRC", "SRC-1"))).json()
    report = {name: value for name, value in an_inspection("SRC-2", "").items() if name != "object_no"}
    answer = await http.post(f"/api/v1/tasks/{made['task_id']}:conclude", json=report | {"source_system": "elsewhere"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/source_system")
    closed = await http.post(f"/api/v1/tasks/{made['task_id']}:conclude", json=report)
    assert (closed.status_code, closed.json()["type"]) == (409, "urn:shenguan:problem:task-not-open")
