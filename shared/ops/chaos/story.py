"""Story (故事): decisions and inspections made up from a seed, with what each must lead to, whatever breaks meanwhile.

Every object has steps of its own, and an answer is awaited before the object's next step: so the outcome of each step
is certain beforehand, and whatever differs afterwards was lost, done twice or made up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

import msgspec

from kernel.decision import DecisionKind
from kernel.inspection import InspectionResult, LineResult, Severity
from kernel.subject import IdType, SubjectKind
from ops.chaos.furniture import ITEM, LINES, OFFICERS, REGION

LANES = 6
"""Senders at the same time; an object belongs to one of them."""
GROUP = 100
"""Objects a lane leads through their steps side by side."""
_SINGLE = 0.1
_FURTHER = (0, 1, 1, 2, 3)
_INSPECTED, _FAILED, _ENDED = 0.35, 0.5, 0.15
_REFUSED, _REPEATED = 0.03, 0.05
_OBJECTS_EACH = 3


@dataclass(frozen=True, kw_only=True)
class Decide:
    """一项决定 and what supervision must make of it."""

    name: str
    object_no: str
    version: int
    outcome: str
    body: bytes
    again: bool = False
    """Sent a second time with the same content: an answer, never a second effect."""


@dataclass(frozen=True, kw_only=True)
class Inspect:
    """一次检查: whether it failed (then credit makes a record) and whether it found no open task."""

    name: str
    object_no: str
    failed: bool
    ad_hoc: bool
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Unsound:
    """A decision that must be refused for good (应当拒绝): any trace of it is a ghost."""

    name: str
    object_no: str
    body: bytes


Step = Decide | Inspect | Unsound


@dataclass(frozen=True, kw_only=True)
class Portion:
    """What goes out together: each object at most once. ``singly``: one request each, with an Idempotency-Key."""

    service: str
    steps: Sequence[Step]
    singly: bool = False


@dataclass
class Story:
    """Everything a row's driver sends: lane → portions in order."""

    source: str
    lanes: list[list[Portion]] = field(default_factory=list)
    decisions: int = 0


def told(source: str, random: Random, events: int, today: date) -> Story:
    """Make up ``events`` decisions and some inspections between them."""
    story = Story(source, [[] for _ in range(LANES)])
    objects: list[_Object] = []
    while story.decisions < events:
        each = _Object(source, len(objects) + 1, today)
        each.live(random, events - story.decisions)
        story.decisions += each.decided
        objects.append(each)
    for number, start in enumerate(range(0, len(objects), GROUP)):
        story.lanes[number % LANES] += _portions(objects[start : start + GROUP], random)
    return story


def _portions(objects: Sequence["_Object"], random: Random) -> Iterator[Portion]:
    """The group's steps, one of each object at a time."""
    alone = {each.object_no for each in objects if random.random() < _SINGLE}
    for wave in range(max(len(each.steps) for each in objects)):
        steps = [each.steps[wave] for each in objects if wave < len(each.steps)]
        random.shuffle(steps)
        for singly in (False, True):
            mine = [step for step in steps if (step.object_no in alone) is singly]
            decisions: list[Step] = [step for step in mine if not isinstance(step, Inspect)]
            inspections: list[Step] = [step for step in mine if isinstance(step, Inspect)]
            if decisions:
                yield Portion(service="approval", steps=decisions, singly=singly)
            if inspections:
                yield Portion(service="supervision", steps=inspections)


class _Object:
    """One supervised object and what happens to it (model of matching: 匹配的模型)."""

    def __init__(self, source: str, number: int, today: date) -> None:
        self.object_no = f"O{number}"
        self.steps: list[Step] = []
        self.decided = 0
        self._source, self._number, self._today = source, number, today
        self._open = False
        self._inspections = 0

    def live(self, random: Random, most: int) -> None:
        """From the first decision to the last, at most ``most`` of them."""
        self._decide(DecisionKind.NEW)
        further = random.choice(_FURTHER)
        for _ in range(min(further, most - 1)):
            self._between(random)
            self._decide(random.choice((DecisionKind.CHANGE, DecisionKind.RENEW)))
        self._between(random)
        if self.decided < most and random.random() < _ENDED:
            self._decide(DecisionKind.CANCEL)

    def _between(self, random: Random) -> None:
        last = self.steps[-1]
        if isinstance(last, Decide) and random.random() < _REPEATED:
            again = {name: getattr(last, name) for name in ("name", "object_no", "version", "outcome", "body")}
            self.steps.append(Decide(**again, again=True))
        if random.random() < _REFUSED:
            self.steps.append(self._unsound(random))
        if random.random() < _INSPECTED:
            self._inspect(failed=random.random() < _FAILED)

    def _decide(self, kind: DecisionKind) -> None:
        self.decided += 1
        if kind is DecisionKind.CANCEL:
            outcome, after = ("CANCELLED" if self._open else "ENDED"), False
        else:
            outcome, after = ("JOINED" if self._open else "TASK"), True
        self._open = after
        name = f"{self.object_no}-{self.decided}"
        self.steps.append(
            Decide(
                name=name,
                object_no=self.object_no,
                version=self.decided,
                outcome=outcome,
                body=self._case(name, kind, f"示例路 {self.decided} 号"),
            )
        )

    def _unsound(self, random: Random) -> Unsound:
        """Either the last case with another content (409), or a day that does not exist yet (422)."""
        if random.random() < 0.5:  # noqa: PLR2004 - either
            body = self._case(f"{self.object_no}-{self.decided}", DecisionKind.NEW, "另一地址")
            return Unsound(name=f"{self.object_no}-{self.decided}", object_no=self.object_no, body=body)
        name = f"{self.object_no}-X{len(self.steps)}"
        body = self._case(name, DecisionKind.NEW, "示例路", decided_on=self._today.replace(year=self._today.year + 5))
        return Unsound(name=name, object_no=self.object_no, body=body)

    def _inspect(self, *, failed: bool) -> None:
        self._inspections += 1
        name = f"{self.object_no}-I{self._inspections}"
        answers = [LineResult.FAIL if failed and n == 0 else LineResult.PASS for n in range(len(LINES))]
        found = [{"line_code": LINES[0], "severity": Severity.SERIOUS, "note": ""}] if failed else []
        body = {
            "source_system": self._source,
            "inspection_no": name,
            "object_no": self.object_no,
            "object_version": self.decided,
            "region": REGION,
            "inspected_on": self._today,
            "inspectors": list(OFFICERS),
            "result": InspectionResult.FAIL if failed else InspectionResult.PASS,
            "lines": [{"code": code, "result": said} for code, said in zip(LINES, answers, strict=True)],
            "findings": found,
        }
        step = Inspect(
            name=name,
            object_no=self.object_no,
            failed=failed,
            ad_hoc=not self._open,
            body=msgspec.json.encode(body),
        )
        self._open = False
        self.steps.append(step)

    def _case(self, case_id: str, kind: DecisionKind, address: str, decided_on: date | None = None) -> bytes:
        holder = f"{self._source}-{self._number // _OBJECTS_EACH}"
        body = {
            "source_system": self._source,
            "case_id": case_id,
            "kind": kind,
            "item_code": ITEM,
            "region": REGION,
            "decided_on": decided_on or self._today,
            "licence_no": f"{self._source}-{self.object_no}",
            "subject": {"id_type": IdType.OTHER, "id_no": holder, "kind": SubjectKind.ORGANISATION, "name": "演练商户"},
            "object": {"object_no": self.object_no, "name": "演练门店", "address": address},
        }
        return msgspec.json.encode(body)
