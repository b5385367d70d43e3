"""Driver (回放驱动): sends a story day by day on the moved clock, and can begin again anywhere.

The days whose decisions are all known to approval already are the past: they are sent again in one go, which
changes nothing and tells the object versions. Everything after them goes day by day: clock, decisions, inspections.
Matching follows the order per object only, and that order is the same on every way to the end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from kernel.clock import CHINA
from ops.furnishing import publish_catalogue, register
from ops.replay.checklist import PUBLISHER, catalogue, department_lines, inspector_lines, item_lines, people_lines
from ops.replay.chicago import SOURCE, Day, Inspection, Story
from ops.replay.sender import Line, Sender, accepted, refused

OPENING = time(9)
"""The clock stands at nine in the morning, China time, when a day is sent."""
_CONFLICT = 409


@dataclass
class Tally:
    """What became of the lines (发送统计)."""

    new: int = 0
    known: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """Told to the watcher after every portion: the day reached and how many lines were answered."""

    day: date
    lines: int


class Driver:
    """Sends one story through one stack. ``watch`` hears of every portion, ``before_day`` of every chapter's start."""

    def __init__(
        self, story: Story, sender: Sender, *, watch: Callable[[Step], None], before_day: Callable[[float], None]
    ) -> None:
        self.tally = Tally()
        self.clock_ahead: datetime | None = None
        """The stack's clock when it already stood past the story's first day, else None."""
        self._story, self._sender = story, sender
        self._watch, self._before_day = watch, before_day
        self._clocks: dict[str, datetime | None] = {}
        self._versions: dict[str, int] = {}
        self._latest: dict[str, int] = {}

    async def run(self) -> None:
        """Send everything. Raises CannotRun; lines refused for good stand in the tally."""
        await self._register()
        await self._read_clocks()
        days = self._story.days()
        if days and any(now and now > _opening(days[0].day) for now in self._clocks.values()):
            self.clock_ahead = max(now for now in self._clocks.values() if now)
        ledger = await self._sender.lines("approval", f"/ops/v1/ledger?source={SOURCE}")
        known = {line["key"] for line in ledger if line["set"] == "decisions" and line["side"] == "cause"}
        done = 0
        for chapter in chapters(days, known):
            await self._move_clocks(chapter[-1].day)
            self._before_day(done / len(days))
            await self._send_decisions(chapter)
            await self._send_inspections(chapter)
            done += len(chapter)

    async def _register(self) -> None:
        items, groups = self._story.items, self._story.groups
        await register(self._sender, "approval", "/api/v1/departments:batch", department_lines())
        await register(self._sender, "approval", "/api/v1/people:batch", people_lines())
        await register(self._sender, "approval", "/api/v1/items:batch", item_lines(items))
        await register(self._sender, "supervision", "/api/v1/inspectors:batch", inspector_lines(groups))
        await publish_catalogue(self._sender, catalogue(items), PUBLISHER)

    async def _read_clocks(self) -> None:
        for service in self._sender.services:
            clock = await self._sender.get(service, "/ops/v1/clock")
            self._clocks[service] = datetime.fromisoformat(clock["now"]) if clock["moved"] else None

    async def _move_clocks(self, day: date) -> None:
        to = _opening(day)
        late = [service for service, now in self._clocks.items() if now is None or now < to]
        body = msgspec.json.encode({"now": to})
        answers = await asyncio.gather(*(self._sender.request(s, "POST", "/ops/v1/clock", body) for s in late))
        for service, answer in zip(late, answers, strict=True):
            # Somebody else moved it further meanwhile: forward is forward.
            if not answer.is_success and answer.status_code != _CONFLICT:
                raise refused(service, "/ops/v1/clock", answer.text)
            self._clocks[service] = to

    async def _send_decisions(self, chapter: Sequence[Day]) -> None:
        lines = [Line(d.object_no, d.case_id, d.body) for day in chapter for d in day.decisions]
        async for answers in self._batches("approval", "/api/v1/cases:batch", chapter, lines):
            for answer in answers:
                self._versions[answer["name"]] = answer["object_version"]

    async def _send_inspections(self, chapter: Sequence[Day]) -> None:
        lines = [Line(i.object_no, i.inspection_no, i.known_at(v)) for i, v in self._with_versions(chapter)]
        async for _ in self._batches("supervision", "/api/v1/inspections:batch", chapter, lines):
            pass

    def _with_versions(self, chapter: Sequence[Day]) -> Iterator[tuple[Inspection, int | None]]:
        for day in chapter:
            for decision in day.decisions:
                if decision.case_id in self._versions:
                    self._latest[decision.object_no] = self._versions[decision.case_id]
            for inspection in day.inspections:
                yield inspection, self._latest.get(inspection.object_no)

    async def _batches(
        self, service: str, path: str, chapter: Sequence[Day], lines: Sequence[Line]
    ) -> AsyncIterator[list[dict[str, Any]]]:
        async for answers in self._sender.batch(service, path, lines):
            taken = [answer for answer in answers if accepted(answer)]
            known = sum(bool(answer["duplicate"]) for answer in taken)
            self.tally.known += known
            self.tally.new += len(taken) - known
            self.tally.refused += [f"{a['name']}: {a.get('problem', a)}" for a in answers if not accepted(a)]
            self._watch(Step(chapter[-1].day, len(answers)))
            yield taken


def chapters(days: Sequence[Day], known: set[str]) -> Iterator[Sequence[Day]]:
    """The days in the portions they are sent in: the known past in one, then each day by itself.

    ``known`` holds the ledger keys ``source:case_id:revision`` of the decisions approval has already.
    """
    past = 0
    while past < len(days) and all(f"{SOURCE}:{d.case_id}:1" in known for d in days[past].decisions):
        past += 1
    # Without a single known decision the leading days only hold inspections, and their clock matters.
    if any(day.decisions for day in days[:past]):
        yield days[:past]
    else:
        past = 0
    for number in range(past, len(days)):
        yield days[number : number + 1]


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENING, CHINA).astimezone(UTC)
