"""Bad input gets a problem document that says what to do; never a 500, never half a write."""

import json
from typing import Any

import httpx
import pytest

from tests.fakes.approval import CODE
from tests.integration.approval.conftest import BODY_LIMIT, a_case_body, is_problem, lines

pytestmark = pytest.mark.servers

BODIES = [b"", b"null", b"[]", b"3", b"{", b"\xff\xfe\x00", "办件".encode("gb18030"), b'{"\\u0000": 1}', b"[" * 100_000]
NASTY: list[Any] = [None, 7, 1e400, True, [], {}, [[]], "", "\x00", "\ud800", "长" * 10_000, -(10**30), "2011-02-30"]
PATHS = [
    *(f"/{name}" for name in ("source_system", "case_id", "revision", "kind", "item_code", "region", "decided_on")),
    *(f"/{name}" for name in ("valid_from", "valid_to", "commitment", "existing", "licence_no", "subject", "object")),
    *(f"/subject/{name}" for name in ("id_type", "id_no", "kind", "name")),
    *(f"/object/{name}" for name in ("object_no", "name", "address")),
    "/unknown\ud800",
]
JSON = {"content-type": "application/json"}


async def decisions(http: httpx.AsyncClient) -> Any:
    return (await http.get("/ops/v1/figures")).json()


def spoiled(path: str, value: Any) -> bytes:
    document: dict[str, Any] = json.loads(json.dumps(a_case_body("nasty")))
    *way, last = path.strip("/").split("/")
    place = document[way[0]] if way else document
    place[last] = value
    return json.dumps(document).encode()


async def test_what_is_no_case_is_a_problem(http: httpx.AsyncClient) -> None:
    before = await decisions(http)
    for body in BODIES:
        answer = await http.post("/api/v1/cases", content=body, headers=JSON)
        assert is_problem(answer), (body[:20], answer.status_code, answer.text)
    assert await decisions(http) == before


@pytest.mark.parametrize("path", PATHS)
async def test_nasty_values_are_problems_or_harmless_one_by_one_and_in_a_batch(
    http: httpx.AsyncClient, path: str
) -> None:
    for value in NASTY:
        body = spoiled(path, value)
        one = await http.post("/api/v1/cases", content=body, headers=JSON)
        assert one.status_code < 300 or is_problem(one), (value, one.status_code, one.text)
        batch = await http.post("/api/v1/cases:batch", content=body)
        assert all(line["status"] < 500 for line in lines(batch)), batch.text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"subject": {"id_type": "001", "id_no": CODE[:-1] + "K"}}, "/subject/id_no"),
        ({"subject": {"id_type": "111", "id_no": "640202199001010011"}}, "/subject/id_no"),
        ({"item_code": "unknown"}, "/item_code"),
        ({"region": "640299"}, "/region"),
        ({"case_id": "a\x00"}, "/case_id"),
        ({"decided_on": "2999-01-01"}, "/decided_on"),
    ],
)
async def test_the_fault_is_named_where_it_stands(
    http: httpx.AsyncClient, change: dict[str, Any], pointer: str
) -> None:
    answer = await http.post("/api/v1/cases", json=a_case_body("faulty") | change)
    assert is_problem(answer, "invalid-content")
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_body_over_the_limit_is_refused_before_it_is_read(http: httpx.AsyncClient) -> None:
    large = a_case_body("large", licence_no="x" * BODY_LIMIT)
    assert is_problem(await http.post("/api/v1/cases", json=large), "body-too-large")
    file = {"file": ("a.csv", b"x" * (BODY_LIMIT + 1))}
    assert is_problem(await http.post("/api/v1/cases:import", files=file), "body-too-large")


@pytest.mark.parametrize("content", [b"", b"\x00\x01\xff\xff", b"PK\x03\x04broken", b"colour,size\nred,1\n", b'"a"b\n'])
async def test_a_file_that_is_no_table_of_cases_is_a_problem(http: httpx.AsyncClient, content: bytes) -> None:
    assert is_problem(await http.post("/api/v1/cases:import", files={"file": ("f", content)}))


async def test_an_import_without_a_file_or_with_unknown_options_is_a_problem(http: httpx.AsyncClient) -> None:
    assert is_problem(await http.post("/api/v1/cases:import"))
    file = {"file": ("f.csv", b"x")}
    assert is_problem(await http.post("/api/v1/cases:import", files=file, params={"dry": "1"}))


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/cases?cursor=%00",
        "/api/v1/cases?cursor=IlwiIg==",
        "/api/v1/cases?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
        "/api/v1/cases?limit=0",
        "/api/v1/cases?object_no=%00",
        "/api/v1/cases/test/%00",
        "/api/v1/cases/test/none",
        "/api/v1/items?cursor=Ilx1MDAwMCI=",
        "/api/v1/grades/099/%00",
        "/api/v1/grades/099/none",
        "/api/v1/nothing",
    ],
)
async def test_a_strange_address_is_a_problem(http: httpx.AsyncClient, address: str) -> None:
    answer = await http.get(address)
    assert is_problem(answer), (answer.status_code, answer.text)
