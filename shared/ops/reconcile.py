"""Reconcile (对账): what the services say they did, compared. Pure: facts in, findings out, no I/O.

Per ledger set the multiset of causes must equal the multiset of effects: a cause without an effect is lost, an
effect without a cause is duplicated. Every logged event must stand in its stream (as far back as the stream still
reaches) and exactly once in the inbox of each service that listens to it; parked in its dead letters it is not lost.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from contracts import topology
from contracts.event import cloud_type

FIGURES: dict[str, str] = {
    "decisions": "approval",
    "tasks": "supervision",
    "ad_hoc": "supervision",
    "joined": "supervision",
    "cancelled": "supervision",
    "unmatched": "supervision",
    "inspections": "supervision",
    "orphan_inspections": "supervision",
    "credit_records": "credit",
    "subjects": "credit",
}
"""Figure → the service that knows it."""
KEYS = (*FIGURES, "outbox_pending", "dead_letters", "lost", "duplicated", "seconds")


@dataclass(frozen=True)
class StreamContent:
    """What one stream holds: event ids, and since when it is complete (None: since its very first message)."""

    ids: frozenset[str]
    complete_since: datetime | None = None

    def should_hold(self, event_id: str) -> bool:
        """True when an event is too young to have left the stream by age."""
        return self.complete_since is None or _made_at(event_id) > self.complete_since


@dataclass
class ServiceFacts:
    """What one service tells about one source (or all)."""

    figures: Mapping[str, int] = field(default_factory=dict)
    outbox_pending: int = 0
    dead_letters: int = 0
    parked: frozenset[str] = frozenset()
    """Ids of the events in its dead letters."""
    causes: dict[str, Counter[str]] = field(default_factory=dict)
    effects: dict[str, Counter[str]] = field(default_factory=dict)
    """Ledger set → keys."""
    events: Mapping[str, str] = field(default_factory=dict)
    """Logged event id → CloudEvents type."""
    inbox: dict[str, Counter[str]] = field(default_factory=dict)
    """Stream → event ids received."""


@dataclass(frozen=True)
class Reconciliation:
    """The outcome: the figures as printed, and the keys behind ``lost`` and ``duplicated``."""

    figures: dict[str, int | float]
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """True when nothing is lost, duplicated or still waiting to be published."""
        return not (self.lost or self.duplicated or self.figures["outbox_pending"])


def reconcile(
    facts: Mapping[str, ServiceFacts], streams: Mapping[str, StreamContent], *, seconds: float
) -> Reconciliation:
    """Compare. ``facts`` by service; ``streams`` by name, those that could be read (none: streams are not compared)."""
    lost = [*_ledger(facts, lost=True), *_not_in_stream(facts, streams), *_not_received(facts)]
    duplicated = [*_ledger(facts, lost=False), *_received_twice(facts)]
    figures: dict[str, int | float] = {
        name: facts[service].figures.get(name, 0) if service in facts else 0 for name, service in FIGURES.items()
    }
    figures["outbox_pending"] = sum(each.outbox_pending for each in facts.values())
    figures["dead_letters"] = sum(each.dead_letters for each in facts.values())
    figures |= {"lost": len(lost), "duplicated": len(duplicated), "seconds": round(seconds, 1)}
    return Reconciliation(figures=figures, lost=tuple(lost), duplicated=tuple(duplicated))


def _ledger(facts: Mapping[str, ServiceFacts], *, lost: bool) -> Iterator[str]:
    causes, effects = Counter[str](), Counter[str]()
    for each in facts.values():
        for side, sets in ((causes, each.causes), (effects, each.effects)):
            for name, keys in sets.items():
                side.update({f"{name} {key}": times for key, times in keys.items()})
    surplus = causes - effects if lost else effects - causes
    yield from sorted(surplus.elements())


def _not_in_stream(facts: Mapping[str, ServiceFacts], streams: Mapping[str, StreamContent]) -> Iterator[str]:
    for service, each in facts.items():
        content = streams.get(topology.stream_of(service))
        if content is None:
            continue
        for event_id, kind in each.events.items():
            if event_id not in content.ids and content.should_hold(event_id):
                yield f"stream {topology.stream_of(service)} {kind} {event_id}"


def _not_received(facts: Mapping[str, ServiceFacts]) -> Iterator[str]:
    for listener, heard in topology.LISTENS.items():
        for stream, kinds in heard.items():
            speaker = facts.get(stream.lower())
            if speaker is None or listener not in facts:
                continue
            types = {cloud_type(kind) for kind in kinds}
            received = facts[listener].inbox.get(stream, Counter())
            for event_id, kind in speaker.events.items():
                if kind in types and event_id not in received and event_id not in facts[listener].parked:
                    yield f"inbox {listener} {kind} {event_id}"


def _received_twice(facts: Mapping[str, ServiceFacts]) -> Iterator[str]:
    for service, each in facts.items():
        for stream, received in each.inbox.items():
            yield from (f"inbox {service} {stream} {event_id}" for event_id, times in received.items() if times > 1)


def _made_at(event_id: str) -> datetime:
    # UUIDv7 (RFC 9562): the first 48 bits are the milliseconds since 1970.
    return datetime.fromtimestamp((UUID(event_id).int >> 80) / 1000, UTC)
