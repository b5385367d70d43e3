"""One change of a task (任务流转): save it, write down who did it, see to its clocks. Every verb ends here."""

from datetime import datetime

from supervision.domain.history import TaskChange
from supervision.domain.inspector import Inspector, require_known, require_of
from supervision.domain.refusals import no_such_task
from supervision.domain.task import Task
from supervision.domain.transitions import Verb
from supervision.handlers import clocks, complaints
from supervision.ports import Work


def found(work: Work, task_id: str) -> Task:
    """The task; refuses ``not-found`` (404)."""
    task = work.tasks.get(task_id)
    if task is None:
        raise no_such_task(task_id)
    return task


def keep(work: Work, before: Task, after: Task, verb: Verb, by: str, at: datetime, reason: str = "") -> Task:
    """Save a changed task with its trace, and move its clocks."""
    work.tasks.save(after)
    work.tasks.note(
        TaskChange(
            task_id=after.task_id,
            verb=verb,
            by=by,
            at=at,
            before=before.state,
            after=after.state,
            department=after.department,
            reason=reason,
        )
    )
    clocks.follow(work, after, verb, at)
    if after.complaint_id:
        complaints.follow(work, after, at, reason)
    return after


def officers(work: Work, department: str, codes: tuple[str, ...], pointer: str) -> list[Inspector]:
    """The registered inspectors of a department; refuses ``inspector-unknown``, ``inspector-elsewhere`` (422)."""
    pointers = [f"{pointer}/{index}" for index in range(len(codes))]
    crew = require_known(work.inspectors.known(codes), codes, pointers)
    require_of(department, crew, pointers)
    return crew
