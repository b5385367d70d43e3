"""Passages (去向) of events on a page: place in the stream, who took each and when, and whether what we hold is what was said.

Every other service is asked for its part; one that does not answer leaves a gap that is named, and the page is there all
the same. What the console itself took is read where the rest of the page is: a question to itself would be a second request.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from chassis.passages import MOST
from console.web.services import Asking
from contracts.event_list import listeners
from contracts.topology import EVENTS, LISTENS, durable_of, stream_of
from kernel.refusal import Refusal

_log = structlog.get_logger(__name__)
_FACTS = {event.fact: event for event in EVENTS.values()}
SERVICES = tuple(LISTENS)
_HERE = "console"
_OTHERS = [each for each in SERVICES if each != _HERE]


@dataclass(frozen=True, slots=True)
class Taken:
    """一个收听者 of an event: when it took it (None: not so far), or that it could not be asked."""

    service: str
    at: str | None
    away: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """一个事件的去向. ``told``: what its own service says of it, empty when it does not say; ``same``: the content is as it was said."""

    told: Mapping[str, Any]
    taken: tuple[Taken, ...]
    same: bool | None

    @property
    def arrived(self) -> bool:
        """Whether it stands in its stream and everybody took it."""
        return self.told.get("sequence") is not None and all(each.at for each in self.taken)


async def passages_of(
    asking: Asking, trace: Sequence[Mapping[str, Any]], taken_here: Sequence[Mapping[str, Any]]
) -> dict[str, Passage]:
    """Event id → where it went. Never refuses."""
    ids = [each["event_id"] for each in trace]
    answers = dict(zip(_OTHERS, await asyncio.gather(*(_asked(asking, each, ids) for each in _OTHERS)), strict=True))
    answers[_HERE] = {"told": {}, "taken": _by_consumer(taken_here)}
    return {each["event_id"]: passage(each, answers) for each in trace}


async def _asked(asking: Asking, service: str, ids: Sequence[str]) -> dict[str, Any] | None:
    found: dict[str, Any] = {"told": {}, "taken": {}}
    try:
        for begin in range(0, len(ids), MOST):
            answer = await asking.get(service, "/ops/v1/passages", event=ids[begin : begin + MOST])
            found["told"] |= {each["event_id"]: each for each in answer["told"]}
            found["taken"] |= _by_consumer(answer["taken"])
    except Refusal as refusal:
        _log.warning("passages.unknown", service=service, cause=refusal.code)
        return None
    return found


def _by_consumer(taken: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    return {(each["event_id"], each["consumer"]): each["taken_at"] for each in taken}


def passage(line: Mapping[str, Any], answers: Mapping[str, dict[str, Any] | None]) -> Passage:
    """Where one event of the trace went. ``answers``: service → what it said; None when it did not."""
    own = answers.get(line["service"])
    told = own["told"].get(line["event_id"], {}) if own else {}
    taken = (_taken(each, line, answers.get(each)) for each in _heard_by(line["fact"]))
    return Passage(told, tuple(taken), told["sha256"] == line["sha256"] if told else None)


def _heard_by(fact: str) -> Iterable[str]:
    return listeners(_FACTS[fact]) if fact in _FACTS else ()


def _taken(service: str, line: Mapping[str, Any], answer: dict[str, Any] | None) -> Taken:
    if answer is None:
        return Taken(service, None, away=True)
    durable = durable_of(service, stream_of(line["service"]))
    return Taken(service, answer["taken"].get((line["event_id"], durable)), away=False)
