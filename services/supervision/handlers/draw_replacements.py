"""Replacing an officer who was drawn (更换): by a small draw nobody chooses, handed over in the same transaction."""

from supervision.domain.draws.assignment import DrawnOutcome
from supervision.domain.draws.ceremony import require_two
from supervision.domain.draws.commands import no_such_draw
from supervision.domain.draws.replacement import Replacement, ReplaceOfficer, pool_to_replace, replaced
from supervision.domain.transitions import Verb
from supervision.domain.verbs import HandOver
from supervision.handlers import change, risk
from supervision.outgoing import process as telling
from supervision.outgoing.draws import officer_replaced
from supervision.ports import Work


def replace_officer(work: Work, command: ReplaceOfficer) -> tuple[Replacement, bool]:
    """更换: the replacement, and whether the very same was made before. The task is handed over with it.

    Refuses ``not-found`` (404), ``draw-not-run``, ``second-person-needed``, ``officer-not-drawn``, ``object-not-assigned``,
    ``not-enough-inspectors`` (409).
    """
    draw = work.draws.get(command.draw_no)
    drawn = work.draws.assignment(command.draw_no, command.source_system, command.object_no)
    if draw is None:
        raise no_such_draw(command.draw_no)
    draw.require_run()
    require_two(command.by, command.witness)
    before = work.draws.replacements(command.draw_no)
    if same := next((each for each in before if each.repeats(command)), None):
        return same, True
    if drawn is None or drawn.outcome is not DrawnOutcome.TASK:
        raise command.not_assigned()
    thing = risk.found(work, command.source_system, command.object_no)
    left = [
        each.officer
        for each in before
        if (each.source_system, each.object_no) == (thing.source_system, thing.object_no)
    ]
    subject = (thing.holder.id_type, thing.holder.id_no)
    able = work.draws.able(command.draw_no, command.department)
    pool = pool_to_replace(work.draws.pool(command.draw_no), drawn, command, able, subject, work.today, left)
    replacement = replaced(draw, pool, command, len(before) + 1, work.now)
    work.draws.replace(replacement)
    work.draws.assign(drawn.replaced(command.department, command.officer, replacement.successor))
    _hand_over(work, drawn.tasks[command.department], replacement)
    work.publish(officer_replaced(draw, replacement))
    return replacement, False


def _hand_over(work: Work, task_id: str, made: Replacement) -> None:
    """The task goes on with the successor, if it is still open."""
    task = work.tasks.get(task_id)
    if task is None or not task.state.open:
        return
    after = task.handed_over(task.department, made.officer, made.successor)
    change.keep(work, task, after, Verb.HAND_OVER, made.by, work.now, made.reason)
    giving = HandOver(
        giver=made.officer, taker=made.successor, departments=False, reason=made.reason, by=made.by, tasks=(task_id,)
    )
    work.publish(telling.handed_over(after, task.department, giving, work.now))
