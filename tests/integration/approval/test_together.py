"""Requests that arrive together share a transaction and nothing else: answers, refusals, audit entries stay their own."""

import asyncio
from collections import Counter

import asyncpg
import httpx
import pytest

from kernel.role import Role
from tests.integration.approval.conftest import Addresses, a_case_body
from tests.tokens import person

AT_ONCE = 40
ITEM = "TOGETHER"


@pytest.fixture(autouse=True)
async def item(http: httpx.AsyncClient) -> None:
    entry = {"item_code": ITEM, "name": "合并提交", "department": "DEMO-FOOD"}
    (await http.post("/api/v1/items:batch", json=entry)).raise_for_status()


def body(case_id: str) -> dict[str, object]:
    return a_case_body(case_id, item_code=ITEM, object={"object_no": case_id, "name": "门店"})


async def posted(http: httpx.AsyncClient, clerk: str, case_id: str, **changes: object) -> httpx.Response:
    signed_in = person(clerk, Role.APPROVER)
    return await http.post("/api/v1/cases", json=body(case_id) | changes, headers=signed_in)


async def entries(addresses: Addresses, prefix: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(addresses.database)
    try:
        return list(
            await connection.fetch(
                "SELECT principal, request, result, code, cardinality(refs) AS rows, xmin::text AS transaction "
                "FROM audit_entry WHERE principal LIKE $1 || '%' AND result <> 'READ' ORDER BY principal",
                prefix,
            )
        )
    finally:
        await connection.close()


async def test_many_at_once_are_few_transactions_and_as_many_entries(
    http: httpx.AsyncClient, addresses: Addresses
) -> None:
    answers = await asyncio.gather(*(posted(http, f"TG-A{n:02}", f"TG-A-{n}") for n in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: AT_ONCE}
    assert [answer.json()["case_id"] for answer in answers] == [f"TG-A-{n}" for n in range(AT_ONCE)]
    found = await entries(addresses, "TG-A")
    assert [entry["principal"] for entry in found] == [f"TG-A{n:02}" for n in range(AT_ONCE)]
    assert {entry["rows"] for entry in found} == {1}
    assert len({entry["request"] for entry in found}) == AT_ONCE
    assert len({entry["transaction"] for entry in found}) < AT_ONCE


async def test_who_is_refused_among_others_harms_nobody(http: httpx.AsyncClient, addresses: Addresses) -> None:
    def sent(n: int) -> dict[str, object]:
        return {"item_code": "NO-SUCH-ITEM"} if n % 4 == 0 else {}

    answers = await asyncio.gather(*(posted(http, f"TG-B{n:02}", f"TG-B-{n}", **sent(n)) for n in range(AT_ONCE)))
    assert [answer.status_code for answer in answers] == [422 if n % 4 == 0 else 201 for n in range(AT_ONCE)]
    found = await entries(addresses, "TG-B")
    assert Counter(entry["result"] for entry in found) == {"DONE": 30, "REFUSED": 10}


async def test_the_same_case_at_once_is_registered_once(http: httpx.AsyncClient, addresses: Addresses) -> None:
    answers = await asyncio.gather(*(posted(http, f"TG-C{n:02}", "TG-C") for n in range(AT_ONCE)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: AT_ONCE - 1}
    found = await entries(addresses, "TG-C")
    assert Counter(entry["rows"] for entry in found) == {1: 1, 0: AT_ONCE - 1}


async def test_what_breaks_the_whole_is_tried_alone(http: httpx.AsyncClient, addresses: Addresses) -> None:
    """A name the table cannot hold fails in the database: its neighbours are registered all the same."""
    connection = await asyncpg.connect(addresses.database)
    await connection.execute("ALTER TABLE decision ADD CONSTRAINT no_thirteen CHECK (case_id <> 'TG-D-13')")
    try:
        answers = await asyncio.gather(*(posted(http, f"TG-D{n:02}", f"TG-D-{n}") for n in range(AT_ONCE)))
    finally:
        await connection.execute("ALTER TABLE decision DROP CONSTRAINT no_thirteen")
        await connection.close()
    assert [n for n, answer in enumerate(answers) if answer.status_code != 201] == [13]
    assert answers[13].status_code == 500
    done = [entry for entry in await entries(addresses, "TG-D") if entry["result"] == "DONE"]
    assert len(done) == AT_ONCE - 1
    assert (await posted(http, "TG-D13", "TG-D-13")).status_code == 201
