"""Handing over (交接): open tasks go with the work when a person leaves or a department is merged or renamed."""

from dataclasses import dataclass

from kernel.refusal import Refusal
from supervision.domain.crew import require_in_service
from supervision.domain.draws.assignment import require_drawn
from supervision.domain.history import SYSTEM
from supervision.domain.inspector import Inspector, require_of
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.domain.verbs import HandOver
from supervision.handlers import change, tasks
from supervision.outgoing import process as telling
from supervision.ports import Work


@dataclass(frozen=True, kw_only=True)
class HandOverReceipt:
    """交接回执: the tasks that changed hands, and those that stay with the reason."""

    moved: tuple[str, ...]
    stayed: dict[str, str]


def hand_over(work: Work, command: HandOver) -> HandOverReceipt:
    """交接 by hand: as ``move_all``; a registered inspector takes tasks of their own department only (``inspector-elsewhere``)."""
    known = {} if command.departments else work.inspectors.known([command.taker])
    return move_all(work, command, known.get(command.taker))


def move_all(work: Work, command: HandOver, taker: Inspector | None = None) -> HandOverReceipt:
    """交接. A task the taker has one of its kind of already stays, and says so (``task-exists-there``)."""
    moved: list[str] = []
    stayed: dict[str, str] = {}
    for task_id in command.tasks:
        task = work.tasks.get(task_id)
        if task is None or not task.state.open:
            continue
        try:
            if _moved(work, task, command, taker):
                moved.append(task_id)
        except Refusal as refusal:
            stayed[task_id] = refusal.code
    return HandOverReceipt(moved=tuple(moved), stayed=stayed)


def _moved(work: Work, task: Task, command: HandOver, taker: Inspector | None) -> bool:
    if command.departments:
        if task.department != command.giver:
            return False
        tasks.require_place(work, task, command.taker)
        after = task.handed_over(command.taker, "", "")
    else:
        after = task.handed_over(task.department, command.giver, command.taker)
    if after == task:
        return False
    if command.by != SYSTEM and after.crew != task.crew:
        require_drawn(task, after.crew, "/to")
    if taker is not None:
        require_of(task.department, [taker], ["/to"])
        require_in_service([taker], work.today, ["/to"])
    change.keep(work, task, after, Verb.HAND_OVER, command.by, work.now, command.reason)
    work.publish(telling.handed_over(after, task.department, command, work.now))
    return True
