"""Asking for every list (逐一提问): as the console does, by the service's own OpenAPI document."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from kernel.role import Role
from tests.integration.growth.filling import COMMON, RARE
from tests.integration.growth.plans import Asked, caught
from tests.tokens import BUSINESS, headers, person

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
        (
            "key",
            "asked_by",
            "claimed_by",
            "plan_no",
            "entry",
            "inspector",
            "name",
            "matter",
            "item",
            "id_no",
            "holder",
            "complaint_no",
        ),
        (RARE, ABSENT),
    ),
    **dict.fromkeys(("task_id", "record_id", "hook_id"), (AN_ID,)),
    **dict.fromkeys(
        ("from", "due_by", "put_right_by", "planned_on", "occurred_from", "occurred_to", "asked_from", "asked_to"),
        ("2025-02-01", "2031-01-01"),
    ),
    **dict.fromkeys(
        ("unread", "open", "provisional", "unannounced", "active", "unmatched", "carded"), ("true", "false")
    ),
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
    "q": (RARE, ABSENT),
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
WHO = [
    *(headers(roles=roles) | {"X-Asked-By": "tests"} for roles in (BUSINESS, (Role.AUDITOR,), (Role.SECURITY_ADMIN,))),
    person(RARE, Role.ENTERPRISE, departments=[]),
]
OFFICER = person("officer", Role.SUPERVISOR, departments=[RARE], regions=["640202"])

PAGES, LARGE = 8, "500"
"""How far a list is followed, and in what steps."""
Query = dict[str, str]


async def asking(client: httpx.AsyncClient, document: Mapping[str, Any]) -> AsyncIterator[tuple[str, Asked]]:
    """Ask for every list; what each question sent."""
    for path, methods in document["paths"].items():
        parameters = methods.get("get", {}).get("parameters", ())
        named = [one for one in parameters if one["name"] not in {"limit", "cursor"}]
        if len(named) == len(parameters) or path in WHOLE:
            continue
        url, queries = _questions(path, named, document)
        for query in queries:
            for statement in await _two_pages(client, url, query):
                yield f"GET {url} {query}", statement
        for statement in await _far_down(client, url, queries[0]):
            yield f"GET {url} far down", statement
        for statement in await _of_an_officer(client, url, queries[0]):
            yield f"GET {url} as an officer of {RARE}", statement


def _questions(path: str, named: list[dict[str, Any]], document: Mapping[str, Any]) -> tuple[str, list[Query]]:
    """The address and, plainly and with each of its filters alone, what is asked of it."""
    needed = {one["name"]: values_of(one, document)[0] for one in named if one.get("required")}
    asked: list[Query] = [needed]
    known = {one["name"] for one in named}
    for one in named:
        beside = {name: value for name, value in TOGETHER.get(one["name"], {}).items() if name in known}
        asked += [needed | beside | {one["name"]: value} for value in values_of(one, document)]
    inside = {one["name"] for one in named if one["in"] != "query"}
    return path.format_map(needed), [{n: v for n, v in each.items() if n not in inside} for each in asked]


async def _two_pages(client: httpx.AsyncClient, url: str, query: Query) -> list[Asked]:
    following, statements = await _answered(client, url, query)
    return statements + ((await _answered(client, url, query | {"cursor": following}))[1] if following else [])


async def _far_down(client: httpx.AsyncClient, url: str, query: Query) -> list[Asked]:
    """What the last of several large pages sent: it must not read those before it again."""
    following, statements = await _answered(client, url, query | {"limit": LARGE})
    for _ in range(PAGES):
        if following:
            following, statements = await _answered(client, url, query | {"limit": LARGE, "cursor": following})
    return statements


async def _of_an_officer(client: httpx.AsyncClient, url: str, query: Query) -> list[Asked]:
    """What was sent for somebody of one small department; nothing where such a person may not ask."""
    with caught() as sent:
        answer = await client.get(url, params=query, headers=OFFICER)
    return sent.statements if answer.status_code == OK else []


async def _answered(client: httpx.AsyncClient, url: str, query: Query) -> tuple[str, list[Asked]]:
    """The cursor of the page after, and what was sent; asked by whoever may."""
    for signed_in in WHO:
        with caught() as sent:
            answer = await client.get(url, params=query, headers=signed_in)
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
