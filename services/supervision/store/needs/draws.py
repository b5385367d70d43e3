"""What messages about draws need (抽取所需数据): draws with their pools, entries to gather a pool for, objects drawn."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from supervision.domain.draws.assignment import AssignDrawn
from supervision.domain.draws.commands import DrawCommand, PrepareDraw, RunDraw
from supervision.domain.draws.replacement import ReplaceOfficer

if TYPE_CHECKING:
    from supervision.store.needs.keys import Needs


@dataclass
class DrawNeeds:
    """Keys to read. ``run``: draws whose pool is needed; ``prepared``: draw → plan and entry its pool is gathered for."""

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

    def add(self, needs: "Needs", message: Any) -> bool:
        """The needs of one message, also those of other kinds; False for what is not about draws."""
        if not isinstance(message, DrawCommand | AssignDrawn):
            return False
        self.draws.add(message.draw_no)
        match message:
            case PrepareDraw():
                self.prepared[message.draw_no] = (message.plan_no, message.entry)
                _ask_plan(needs, message.plan_no)
            case RunDraw():
                self.run.add(message.draw_no)
            case ReplaceOfficer():
                thing = (message.source_system, message.object_no)
                self.run.add(message.draw_no)
                self.drawn.add((message.draw_no, *thing))
                self.replaced.add((message.draw_no, message.department))
                needs.objects.add(thing)
            case AssignDrawn():
                thing = (message.source_system, message.object_no)
                self.drawn.add((message.draw_no, *thing))
                needs.objects.add(thing)
                needs.risks.add(thing)
                _ask_plan(needs, message.plan_no)
        return True


def _ask_plan(needs: "Needs", plan_no: str) -> None:
    """What was filed never changes: the plan is read without its lock."""
    needs.seen_plans.add(plan_no)
    needs.catalogue = True
