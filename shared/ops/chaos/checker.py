"""Checker (核对): compares what was acknowledged with what stands in databases and streams, hop by hop. Pure.

Lost: acknowledged without its effect. Duplicated: the effect more often than its cause. Ghost: an effect whose cause
was never acknowledged. Tampered: a logged event whose bytes are not those the stream carried.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from contracts import approval, credit, supervision, topology
from contracts.event import cloud_type
from ops.chaos.ledger import Ledger
from ops.chaos.observation import Said, Seen, heard_by

_DECIDED = cloud_type(approval.CaseDecided)
_CREATED = cloud_type(supervision.TaskCreated)
_CONCLUDED = cloud_type(supervision.InspectionConcluded)
_ADDED = cloud_type(credit.RecordAdded)
_GRADED = cloud_type(credit.GradeChanged)


@dataclass(frozen=True)
class Hop:
    """One step of the chain (一跳): what must be found there, and what is."""

    name: str
    wanted: Counter[str]
    found: Counter[str]


@dataclass
class Verdict:
    """What was found wrong; each entry names the hop and the key."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    ghost: list[str] = field(default_factory=list)
    disorder: list[str] = field(default_factory=list)
    tampered: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    """Open dead letters that came since the row began."""

    @property
    def clean(self) -> bool:
        """True when nothing is wrong; dead letters are judged by who expected them."""
        return not (self.lost or self.duplicated or self.ghost or self.disorder or self.tampered)


def checked(ledger: Ledger, seen: Seen) -> Verdict:
    """Compare every hop."""
    verdict = Verdict(letters=sorted(letter for each in seen.services.values() for letter in each.letters))
    for hop in hops(ledger, seen):
        verdict.lost += [f"{hop.name}: {key}" for key in sorted((hop.wanted - hop.found).elements())]
        for key, times in sorted((hop.found - hop.wanted).items()):
            (verdict.duplicated if key in hop.wanted else verdict.ghost).extend([f"{hop.name}: {key}"] * times)
    verdict.disorder += disorders(seen)
    verdict.tampered += _tampered(seen)
    return verdict


def hops(ledger: Ledger, seen: Seen) -> Iterator[Hop]:
    """Every step of the chain, from the acknowledgement to the grade that came back."""
    decisions, inspections = ledger.decisions.values(), ledger.inspections.values()
    failed = Counter(step.name for step in inspections if step.failed)
    known = Counter(f"{step.name} v{step.version}" for step in decisions)
    decided = _bodies(seen, "approval", _DECIDED)
    yield Hop("approval decision", known, Counter(f"{case} v{version}" for case, _, version in seen.decided))
    told = Counter(f"{said.body.case_id} v{said.body.object_version}" for said in decided)
    yield Hop("approval event", known, told)
    outcomes = Counter(f"{step.name} v{step.version} {step.outcome}" for step in decisions)
    applied = Counter(f"{case} v{version} {outcome}" for case, _, version, outcome, _ in seen.applied)
    yield Hop("supervision decision", outcomes, applied)
    made = Counter(step.name for step in decisions if step.outcome == "TASK")
    made["ad hoc"] = sum(step.ad_hoc for step in inspections)
    yield Hop("supervision task", +made, Counter(case or "ad hoc" for _, case in seen.tasks))
    tasks = Counter(task for task, _ in seen.tasks)
    yield Hop("supervision task event", tasks, _keys(seen, "supervision", _CREATED, "task_id"))
    found = Counter(f"{number} failed={bad} ad_hoc={ad_hoc}" for number, bad, ad_hoc in seen.inspections)
    yield Hop(
        "supervision inspection",
        Counter(f"{step.name} failed={step.failed} ad_hoc={step.ad_hoc}" for step in inspections),
        found,
    )
    concluded = _keys(seen, "supervision", _CONCLUDED, "inspection_no")
    yield Hop("supervision inspection event", Counter(step.name for step in inspections), concluded)
    yield Hop("credit record", failed, Counter(seen.records))
    yield Hop("credit record event", failed, _keys(seen, "credit", _ADDED, "inspection_no"))
    for listener in ("approval", "supervision"):
        yield Hop(f"{listener} grade", seen.services["credit"].grades, seen.services[listener].grades)
    yield from _transport(seen)


def _transport(seen: Seen) -> Iterator[Hop]:
    """From every log to its stream, and from there into every inbox that must have taken it."""
    for speaker, each in seen.services.items():
        stream = topology.stream_of(speaker)
        logged = Counter(said.id for said in each.said)
        yield Hop(f"stream {stream}", logged, Counter(list(seen.streams[stream].bodies)))
        for listener in topology.LISTENS:
            kinds, heard = heard_by(listener, stream), seen.services[listener]
            if not kinds:
                continue
            taken = heard.taken.get(topology.durable_of(listener, stream), Counter())
            # A letter may also be a forgery that bears the id of an event that was taken.
            parked = set(heard.letters.values()) - set(taken)
            wanted = Counter(said.id for said in each.said if said.kind in kinds and said.id not in parked)
            yield Hop(f"inbox {listener} {stream}", wanted, taken)


def disorders(seen: Seen) -> Iterator[str]:
    """Objects and subjects whose steps were taken in another order than they were decided in."""
    versions = {said.id: said.body.object_version or 0 for said in seen.services["approval"].said}
    orders: dict[str, list[int]] = defaultdict(list)
    for said in _bodies(seen, "approval", _DECIDED):
        orders[f"approval event {_member(said.body.object, 'object_no')}"].append(said.body.object_version or 0)
    for said in seen.services["supervision"].said:
        if said.cause in versions and said.body.object:
            orders[f"supervision event {_member(said.body.object, 'object_no')}"].append(versions[said.cause])
    for said in _bodies(seen, "credit", _GRADED):
        orders[f"credit grade {_member(said.body.subject, 'id_no')}"].append(said.body.version)
    yield from (f"{name}: {order}" for name, order in sorted(orders.items()) if order != sorted(order))
    moments: dict[str, list[float]] = defaultdict(list)
    for _, object_no, _, _, at in seen.applied:
        moments[object_no].append(at.timestamp())
    yield from (f"supervision applied {name}" for name, at in sorted(moments.items()) if at != sorted(at))


def _tampered(seen: Seen) -> Iterator[str]:
    for speaker, each in seen.services.items():
        bodies = seen.streams[topology.stream_of(speaker)].bodies
        for said in each.said:
            if bodies.get(said.id, said.payload) != said.payload:
                yield f"{speaker} event_log: {said.id}"


def _bodies(seen: Seen, service: str, kind: str) -> Iterable[Said]:
    return (said for said in seen.services[service].said if said.kind == kind)


def _keys(seen: Seen, service: str, kind: str, member: str) -> Counter[str]:
    return Counter(str(getattr(said.body, member)) for said in _bodies(seen, service, kind))


def _member(holder: dict[str, Any] | None, name: str) -> str:
    return str((holder or {}).get(name))
