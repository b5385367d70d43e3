"""Exactly once (恰好一次): the events of one day in China, what every service told and what everybody who listens applied.

Compared by ``ops.reconcile``, as ``shenguan reconcile`` does it; here of one day, so that a page can wait for it.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from console.web.services import Asking
from contracts import topology
from contracts.event import cloud_type
from ops.reconcile import ServiceFacts, reconcile

SERVICES = tuple(topology.LISTENS)
_NAMED = 50
"""Ids of events that are named on the page."""


@dataclass(frozen=True, slots=True)
class Heard:
    """一个收听者: of the events of one type, how many it applied and how many lie in its dead letters."""

    service: str
    applied: int
    parked: int


@dataclass(frozen=True, slots=True)
class Told:
    """一类事件 of one service on the day."""

    service: str
    kind: str
    told: int
    heard: tuple[Heard, ...]

    @property
    def whole(self) -> bool:
        """Whether everybody applied every one."""
        return all(each.applied == self.told for each in self.heard)


@dataclass(frozen=True, slots=True)
class Day:
    """一日对账. ``missing`` and ``twice`` name service, type and event id, the first of them."""

    rows: tuple[Told, ...]
    missing: tuple[str, ...]
    missing_count: int
    twice: tuple[str, ...]
    twice_count: int


async def compared(asking: Asking, day: str) -> Day:
    """Ask every service and compare. Refuses ``service-away`` when one does not answer."""
    told = await asyncio.gather(*(_facts(asking, service, day) for service in SERVICES))
    facts = dict(zip(SERVICES, told, strict=True))
    outcome = reconcile(facts, {}, seconds=0)
    return Day(
        rows=rows_of(facts),
        missing=outcome.lost[:_NAMED],
        missing_count=len(outcome.lost),
        twice=outcome.duplicated[:_NAMED],
        twice_count=len(outcome.duplicated),
    )


def rows_of(facts: Mapping[str, ServiceFacts]) -> tuple[Told, ...]:
    """One row for each type each service told, with everybody who listens to it."""
    rows = []
    for service in SERVICES:
        events = facts[service].events
        for kind, count in sorted(Counter(events.values()).items()):
            ids = {event for event, of in events.items() if of == kind}
            heard = (_heard(facts[each], each, topology.stream_of(service), kind, ids) for each in SERVICES)
            rows.append(Told(service, kind, count, tuple(each for each in heard if each)))
    return tuple(rows)


def _heard(facts: ServiceFacts, service: str, stream: str, kind: str, ids: set[str]) -> Heard | None:
    listened = topology.LISTENS[service].get(stream, ())
    if kind not in {cloud_type(each) for each in listened}:
        return None
    return Heard(service, len(ids & facts.inbox.get(stream, Counter()).keys()), len(ids & facts.parked))


async def _facts(asking: Asking, service: str, day: str) -> ServiceFacts:
    letters = await asking.get(service, "/ops/v1/dead-letters")
    facts = ServiceFacts(
        parked=frozenset(letter["event_id"] for letter in letters),
        events={each["id"]: each["type"] async for each in asking.lines(service, "/ops/v1/events", day=day)},
    )
    streams = {topology.durable_of(service, stream): stream for stream in topology.LISTENS[service]}
    async for each in asking.lines(service, "/ops/v1/inbox", day=day):
        if stream := streams.get(each["consumer"]):
            facts.inbox.setdefault(stream, Counter())[each["id"]] += 1
    return facts
