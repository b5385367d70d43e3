"""What messages about draws need (抽取所需数据): draws with their pools, entries to gather a pool for, objects drawn."""

from typing import Any

from supervision.domain.draws.assignment import AssignDrawn
from supervision.domain.draws.commands import DrawCommand, PrepareDraw, RunDraw
from supervision.domain.draws.replacement import ReplaceOfficer
from supervision.store.needs.keys import Needs


def add(needs: Needs, message: Any) -> bool:
    """The needs of one message, also those of other kinds; False for what is not about draws."""
    if not isinstance(message, DrawCommand | AssignDrawn):
        return False
    draws = needs.draws
    draws.draws.add(message.draw_no)
    match message:
        case PrepareDraw():
            draws.prepared[message.draw_no] = (message.plan_no, message.entry)
            _ask_plan(needs, message.plan_no)
        case RunDraw():
            draws.run.add(message.draw_no)
        case ReplaceOfficer():
            thing = (message.source_system, message.object_no)
            draws.run.add(message.draw_no)
            draws.drawn.add((message.draw_no, *thing))
            draws.replaced.add((message.draw_no, message.department))
            needs.objects.add(thing)
        case AssignDrawn():
            thing = (message.source_system, message.object_no)
            draws.drawn.add((message.draw_no, *thing))
            needs.objects.add(thing)
            needs.risks.add(thing)
            _ask_plan(needs, message.plan_no)
    return True


def _ask_plan(needs: Needs, plan_no: str) -> None:
    """What was filed never changes: the plan is read without its lock."""
    needs.seen_plans.add(plan_no)
    needs.catalogue = True
