"""Pages of the read model (读模型的网页): every list with each of its filters, first pages and pages deep inside, timed.

What is asked for varies from request to request, always in the same way, so that two runs ask alike.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec

from kernel.inspection import TaskState
from kernel.role import Role
from ops.bench.city import DAYS, SOURCES
from ops.bench.trial import percentiles
from ops.bench.visitor import Visitor, signed_in
from ops.narrator import Narrator
from ops.stack import Stack

REQUESTS = 200
LIMIT, BOARD_LIMIT = 300.0, 1000.0
"""Milliseconds within which 99 of 100 pages are there."""
_STATES = ("", *(state.value for state in TaskState))
_DUE = ("over", "today", "soon")
_PRIME = 7919
_PEOPLE: Mapping[str, tuple[Role, tuple[str, ...]]] = {
    "office": (Role.LINKAGE_OFFICE, ()),
    "large": (Role.SUPERVISOR, ("CITY-00",)),
    "small": (Role.SUPERVISOR, ("CITY-11",)),
}
"""Who asks: everything, a department with a quarter of the tasks, one with a thirtieth."""


@dataclass(frozen=True)
class Kind:
    """一种页: a page with one choice of filters. ``asked``: the n-th address of it."""

    name: str
    who: str
    asked: Callable[[int], str]
    limit: float = LIMIT


def kinds(drawn: Sequence[Mapping[str, str]]) -> list[Kind]:
    """Every page that reads the read model. ``drawn``: cases of the city."""

    def of(n: int, name: str) -> str:
        return drawn[n % len(drawn)][name]

    def case(n: int) -> str:
        return f"/cases/{quote(of(n, 'source_system'))}/{quote(of(n, 'case_id'))}"

    def cases(**filters: Callable[[int], str]) -> Callable[[int], str]:
        return lambda n: _listed("/cases", n, _before, filters)

    def tasks(**filters: Callable[[int], str]) -> Callable[[int], str]:
        return lambda n: _listed("/tasks", n, _due, filters)

    def cards(card: str) -> Callable[[int], str]:
        return lambda n: _listed("/cards", n, _before, {"card": lambda _: card})

    def source(n: int) -> str:
        return SOURCES[n % len(SOURCES)]

    def yes(_n: int) -> str:
        return "true"

    chosen = {"state": lambda n: _STATES[n % len(_STATES)], "due": lambda n: _DUE[n % len(_DUE)]}
    lists = [Kind(f"tasks, {who}", who, tasks(state=chosen["state"])) for who in _PEOPLE]
    lists += [Kind(f"tasks by due, {who}", who, tasks(**chosen)) for who in _PEOPLE]
    lists += [Kind(f"cards {card or 'all'}, {who}", who, cards(card)) for card in ("", "RED") for who in _PEOPLE]
    return [
        *(Kind(f"board, {who}", who, lambda _: "/board", BOARD_LIMIT) for who in _PEOPLE),
        *lists,
        Kind("cases", "office", cases()),
        Kind("cases by source", "office", cases(source=source)),
        Kind("cases by item", "office", cases(item=lambda n: of(n, "item_code"))),
        Kind("cases by holder", "office", cases(holder=lambda n: of(n, "id_no"))),
        Kind("cases unmatched", "office", cases(unmatched=yes)),
        Kind("cases unmatched by source", "office", cases(unmatched=yes, source=source)),
        Kind("cases unmatched by item", "office", cases(unmatched=yes, item=lambda n: of(n, "item_code"))),
        *(Kind(f"case, {who}", who, case) for who in _PEOPLE),
    ]


def _listed(path: str, n: int, cursor: Callable[[int], Any], filters: Mapping[str, Callable[[int], str]]) -> str:
    """Every second page lies deep inside."""
    query = {name: said(n) for name, said in filters.items()}
    if n % 2:
        query["cursor"] = urlsafe_b64encode(msgspec.json.encode(cursor(n))).decode()
    return f"{path}?{urlencode(query)}"


def _moment(n: int, *, ahead: int = 0) -> datetime:
    """A moment of the city's time, ``ahead`` days later."""
    return datetime.now(UTC) + timedelta(days=ahead) - timedelta(days=DAYS) * (n * _PRIME % 1000 / 1000)


def _before(n: int) -> str:
    """The place of a case, or of a task: ids begin with their time."""
    return str(UUID(int=(int(_moment(n).timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)))


def _due(n: int) -> tuple[str, str]:
    """The place of a task among those that are due; among those no clock runs on, every fourth time."""
    return (_moment(n, ahead=60) if n % 4 == 1 else datetime(9999, 1, 1, tzinfo=UTC)).isoformat(), _before(n)


async def time_pages(stack: Stack, drawn: Sequence[Mapping[str, str]], narrator: Narrator) -> dict[str, Any]:
    """Page → its times in milliseconds: ``cold``, the very first; ``p50``, ``p99`` of ``REQUESTS``; ``met``, whether in time."""
    every = kinds(drawn)
    async with AsyncExitStack() as leaving:
        people = {
            who: await leaving.enter_async_context(signed_in(stack, role, f"bench-{who}", departments))
            for who, (role, departments) in _PEOPLE.items()
        }
        cold = {kind.name: (await people[kind.who].open(kind.asked(REQUESTS)))[0] for kind in every}
        told = {}
        for kind in every:
            times = await _times(people[kind.who], kind)
            told[kind.name] = {
                "cold": round(cold[kind.name], 1),
                "p50": times["p50"],
                "p99": times["p99"],
                "limit": kind.limit,
                "met": times["p99"] <= kind.limit,
            }
            narrator.say(f"{kind.name} p99 {times['p99']} 毫秒", f"{kind.name}: p99 {times['p99']} ms")
    return told


async def _times(visitor: Visitor, kind: Kind) -> dict[str, float]:
    return percentiles(sorted([(await visitor.open(kind.asked(n)))[0] for n in range(REQUESTS)]))
