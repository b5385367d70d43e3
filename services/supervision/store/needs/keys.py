"""Keys (所需键): which rows a batch of commands and events may ask for, and what it locks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from kernel.reckoning import Step

Pair = tuple[str, str]
Filing = tuple[str, int, Step]
"""Department, year, and the step it is urged with (备案督促)."""


@dataclass
class DrawNeeds:
    """Keys of draws. ``run``: draws whose pool is needed; ``prepared``: draw → plan and entry its pool is gathered for."""

    draws: set[str] = field(default_factory=set)
    run: set[str] = field(default_factory=set)
    prepared: dict[str, tuple[str, str]] = field(default_factory=dict)
    drawn: set[tuple[str, str, str]] = field(default_factory=set)
    """Draw, source system and number of objects that were drawn."""
    replaced: set[tuple[str, str]] = field(default_factory=set)
    """Draw and department an officer of which is replaced."""

    def locks(self) -> Iterator[str]:
        """What to hold until the commit."""
        yield from (f"draw:{draw_no}" for draw_no in self.draws)
        yield from (f"draw-of:{plan_no}:{entry}" for plan_no, entry in self.prepared.values())


@dataclass
class Needs:
    """Keys to read. Pairs begin with the source system, or with the id type."""

    objects: set[Pair] = field(default_factory=set)
    cases: set[Pair] = field(default_factory=set)
    decisions: set[tuple[str, str, int]] = field(default_factory=set)
    histories: set[Pair] = field(default_factory=set)
    """Objects whose every decision is needed: one of them was corrected."""
    tasks: set[str] = field(default_factory=set)
    deadlines: set[str] = field(default_factory=set)
    """Deadlines asked for by id; their tasks are found first."""
    numbers: dict[str, set[str]] = field(default_factory=dict)
    """Task id → inspection numbers whose source system is the task's."""
    inspections: set[Pair] = field(default_factory=set)
    inspectors: set[str] = field(default_factory=set)
    grades: set[Pair] = field(default_factory=set)
    graded: set[tuple[str, str, str]] = field(default_factory=set)
    """Subjects and a grade that was told: where another was known, their objects are found and classified anew."""
    risks: set[Pair] = field(default_factory=set)
    """Objects that are classified; those of ``graded`` join them once they are found."""
    versions: set[str] = field(default_factory=set)
    """Catalogue versions somebody drafts, submits, publishes or retires."""
    shown: set[str] = field(default_factory=set)
    """Catalogue versions somebody looks at; not locked."""
    departments: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """People who left: their open tasks are needed, and the directory to find who takes over."""
    merged: set[str] = field(default_factory=set)
    """Departments that were merged: their open tasks are needed."""
    feedback: set[str] = field(default_factory=set)
    feedback_of: set[str] = field(default_factory=set)
    """Tasks whose feedback is asked for."""
    counting: bool = False
    """An alert rule may count one of the messages."""
    counted_on: set[date] = field(default_factory=set)
    """Days of inspections a rule may count, when one is in force by then."""
    regions: set[str] = field(default_factory=set)
    changing: set[str] = field(default_factory=set)
    """Inspectors whose registration or declarations may change."""
    conflicts: set[str] = field(default_factory=set)
    evidence: set[Pair] = field(default_factory=set)
    """Task and hash of evidence that is referred to."""
    blobs: set[str] = field(default_factory=set)
    """Hashes of contents that may have to be stored."""
    publications: set[str] = field(default_factory=set)
    overtaken: set[str] = field(default_factory=set)
    """Tasks whose publication a verb may overtake."""
    contested: set[Pair] = field(default_factory=set)
    """Inspections whose publication an objection is about."""
    matters: set[str] = field(default_factory=set)
    plans: set[str] = field(default_factory=set)
    seen_matters: set[str] = field(default_factory=set)
    """Matters that are only read, of which one plan may name thousands; not locked."""
    seen_plans: set[str] = field(default_factory=set)
    filings: set[Filing] = field(default_factory=set)
    draws: DrawNeeds = field(default_factory=DrawNeeds)
    catalogue: bool = False
    new_years: bool = False
    visits: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    """Codes of site visits somebody scanned or rated."""
    visited_on: set[date] = field(default_factory=set)
    """Days of inspections that may be site visits, when rules are in force by then."""
    visiting: bool = False
    complaints: set[str] = field(default_factory=set)
    complaint_numbers: set[Pair] = field(default_factory=set)
    """Channel and number of what is received."""
    complained: set[str] = field(default_factory=set)
    """统一社会信用代码 of whom a complaint is about; whether it has one object or several is needed."""
    offices: bool = False
    """Who holds the posts of the tasks' departments."""

    def locks(self) -> Iterator[str]:
        """What to hold until the commit."""
        yield from _keys("object", self.objects)
        yield from _keys("inspection", self.inspections)
        yield from _keys("grade", self.grades)
        yield from _keys("complaint", self.complaint_numbers)
        yield from (f"department:{code}" for code in self.departments)
        yield from (f"person:{code}" for code in self.people)
        yield from (f"inspector:{code}" for code in self.changing)
        yield from (f"conflict:{conflict}" for conflict in self.conflicts)
        yield from (f"evidence:{blob}" for blob in self.blobs)
        yield from (f"plan:{plan_no}" for plan_no in self.plans)
        yield from (f"matter:{code}" for code in self.matters)
        yield from self.draws.locks()
        yield from (f"filing:{department}:{year}" for department, year, _ in self.filings)
        if self.new_years:
            yield "calendar"
        yield from (f"feedback:{feedback_id}" for feedback_id in self.feedback)
        if self.versions:
            yield "catalogue"


def _keys(kind: str, pairs: Iterable[Pair]) -> Iterator[str]:
    return (f"{kind}:{first}:{second}" for first, second in pairs)
