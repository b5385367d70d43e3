"""No list gets slower as its table grows: every list of every service, with every filter, is answered by an index.

The routes and their filters come from each service's OpenAPI document: a new list is asked, or the test fails for want
of a value to ask for. The tables that grow hold 30,000 rows, of which half say one value and the others rare ones.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg
import httpx
import pytest

from chassis import dead_letters, deadlines, inbox, outbox, reconciler
from chassis.audit.entries import unsealed
from chassis.database import reading_engine
from chassis.dossier import dossier
from chassis.notices import queue
from chassis.retention import Retention, terms_of
from chassis.row_security import Reader
from chassis.sweeper import PAGE
from kernel.risk import RiskClass
from kernel.role import Role
from supervision.domain.plans.scope import ObjectScope
from supervision.queries import listed_objects
from tests.integration.growth.conftest import Grown, Running
from tests.integration.growth.filling import COMMON, RARE, ROWS
from tests.integration.growth.plans import Asked, Explainer, caught, heard
from tests.integration.growth.tables import GROWING
from tests.tokens import BUSINESS, headers

pytestmark = pytest.mark.servers

OK, FORBIDDEN = 200, 403
ABSENT = "ABSENT"
WORDS = (COMMON, RARE, ABSENT)
AN_ID = "019b0000-0000-7000-8000-000000000007"
VALUES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("source_system", "department", "lead_department", "item_code", "person", "principal", "by"), WORDS
    ),
    **dict.fromkeys(("object_no", "case_id", "inspection_no", "object", "request", "correlation"), (RARE, ABSENT)),
    **dict.fromkeys(
        ("key", "asked_by", "plan_no", "entry", "inspector", "name", "matter", "item", "id_no"), (RARE, ABSENT)
    ),
    **dict.fromkeys(("task_id", "record_id"), (AN_ID,)),
    **dict.fromkeys(
        ("from", "due_by", "planned_on", "occurred_from", "occurred_to", "asked_from", "asked_to"),
        ("2025-02-01", "2031-01-01"),
    ),
    **dict.fromkeys(("unread", "open", "provisional", "unannounced", "active"), ("true", "false")),
    "action": WORDS,
    "to": ("2025-02-07",),
    "reference": ("P" + 40 * "0",),
    "id_type": ("001",),
    "uscc": ("91640200MA7600000L",),
    "period": ("2026-01",),
    "year": ("2026",),
    "at": ("2025-02-01",),
    "table": ("licence", "penalty"),
    "batch": ("0000000000007",),
    "code": (RARE,),
    "draw_no": (RARE,),
    "X-Asked-By": ("tests",),
}
"""Parameter → the values asked for; those with an enumeration are asked for each of it."""
TOGETHER = {"id_no": {"id_type": "001"}, "id_type": {"id_no": RARE}}
"""What is asked for beside a filter where both are known."""
WHOLE = {
    "/api/v1/deadline-count": "no list: its limit is one in workdays",
    "/api/v1/matters/{code}/objects": "needs a catalogue in force; asked beside",
    "/api/v1/visit-ratings": "figures of a year",
    "/api/v1/ranks": "an analysis of all that was known the day before; kept in memory and fitted anew when facts came",
}
"""What is not asked: path → why."""


@pytest.mark.timeout(300)
async def test_every_list_is_answered_by_an_index(grown: Grown, running: Running) -> None:
    reader = await asyncpg.connect(grown.database.url, server_settings={"default_transaction_read_only": "on"})
    explainer = Explainer(reader, GROWING[grown.service])
    document = (await running.client.get("/openapi.json")).json()
    found = {
        f"{where} — {fault}"
        async for where, asked in asking(running.client, document)
        for fault in await explainer.faults(asked)
    }
    for asked in await ASKED_BESIDE[grown.service](grown.database.url):
        found |= {f"{asked.statement} — {fault}" for fault in await explainer.faults(asked)}
    await reader.close()
    assert sorted(found) == [], "\n".join(sorted(found))


async def test_what_is_done_by_itself_finds_its_rows_by_an_index(grown: Grown, running: Running) -> None:
    async with running.pool.acquire() as connection, heard(connection) as sent:
        now = datetime.now(UTC)
        await running.sweep.count_due(connection, now)
        for each in running.sweep.rounds:
            await each.due(connection, now, PAGE, ())
        await deadlines.due_steps(connection, now, PAGE)
        await deadlines.stale_ids(connection, 1, PAGE)
        await inbox.knows(connection, "c", AN_ID)
        await outbox.pending(connection)
        await queue.waiting(connection, now)
        await dead_letters.listed(connection)
        await Retention(terms_of(), unsealed).due(connection)
        async for _ in dossier(connection, grown.service, RARE, datetime(2020, 1, 1, tzinfo=UTC), now):
            pass
        for statement in (reconciler.ELSEWHERE, reconciler.BEYOND, reconciler.OVERLAPPING):
            places = statement.count("$2")
            await connection.fetch(statement, COMMON, *([now] if places > 1 else [ROWS] * places))
    async with running.pool.acquire() as connection:
        explainer = Explainer(connection, GROWING[grown.service])
        found = {f"{asked.statement} — {fault}" for asked in sent for fault in await explainer.faults(asked)}
    assert sorted(found) == [], "\n".join(sorted(found))


async def objects_of_a_matter(database_url: str) -> list[Asked]:
    """What the list of a matter's objects asks, of supervision."""
    engine = reading_engine(database_url)
    scope = ObjectScope(groups=(frozenset({RARE}),))
    with caught() as sent:
        async with Reader(engine)() as connection:
            for risk_class in (None, *RiskClass):
                await listed_objects(connection, scope, (RARE,), risk_class, None, 51)
    await engine.dispose()
    return sent.statements


async def nothing(_: str) -> list[Asked]:
    return []


ASKED_BESIDE = {"approval": nothing, "supervision": objects_of_a_matter, "credit": nothing}


async def asking(client: httpx.AsyncClient, document: Mapping[str, Any]) -> AsyncIterator[tuple[str, Asked]]:
    """Ask for every list, plainly, with each of its filters alone, and for the page after; what each sent."""
    for path, methods in document["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        named = [one for one in parameters if one["name"] not in {"limit", "cursor"}]
        if len(named) == len(parameters) or path in WHOLE:
            continue
        async for asked in asking_one(client, path, named, document):
            yield asked


async def asking_one(
    client: httpx.AsyncClient, path: str, named: list[dict[str, Any]], document: Mapping[str, Any]
) -> AsyncIterator[tuple[str, Asked]]:
    needed = {one["name"]: values_of(one, document)[0] for one in named if one.get("required")}
    wanted: list[dict[str, str]] = [needed]
    known = {one["name"] for one in named}
    for one in named:
        beside = {name: value for name, value in TOGETHER.get(one["name"], {}).items() if name in known}
        wanted += [needed | beside | {one["name"]: value} for value in values_of(one, document)]
    for each in wanted:
        query = {name: value for name, value in each.items() if f"{{{name}}}" not in path and name != "X-Asked-By"}
        url = path.format_map(each)
        following, statements = await answered(client, url, query)
        if following:
            statements += (await answered(client, url, query | {"cursor": following}))[1]
        for statement in statements:
            yield f"GET {url} {query}", statement


async def answered(client: httpx.AsyncClient, url: str, query: dict[str, str]) -> tuple[str, list[Asked]]:
    """The cursor of the page after, and what was sent; asked by whoever may."""
    for roles in (BUSINESS, (Role.AUDITOR,), (Role.SECURITY_ADMIN,)):
        with caught() as sent:
            answer = await client.get(url, params=query, headers=headers(roles=roles) | {"X-Asked-By": "tests"})
        if answer.status_code != FORBIDDEN:
            break
    assert answer.status_code == OK, f"{url} {query}: {answer.text}"
    return answer.json()["next"] or "", sent.statements


def values_of(parameter: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, ...]:
    """What to ask a filter for: all of its enumeration, or the values above."""
    options = [parameter["schema"], *parameter["schema"].get("anyOf", ())]
    for option in options:
        schema = document["components"]["schemas"][option["$ref"].rpartition("/")[2]] if "$ref" in option else option
        if "enum" in schema:
            return tuple(schema["enum"])
        if schema.get("format") == "date-time":
            return tuple(f"{day}T00:00:00Z" for day in VALUES[parameter["name"]])
    assert parameter["name"] in VALUES, f"nothing to ask for as {parameter['name']}"
    return VALUES[parameter["name"]]
