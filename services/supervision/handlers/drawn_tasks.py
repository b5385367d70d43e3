"""What was drawn becomes tasks (抽查任务派发): each department's officers hold theirs at once, with the plan's window as limit.

One object at a time, found by the sweep: a draw of tens of thousands of objects locks none of them while it is run.
"""

from kernel.inspection import TaskState
from supervision import outgoing
from supervision.domain.catalogue import Link, Method
from supervision.domain.draws.assignment import AssignDrawn, Assignment, DrawnOutcome, link_for, window
from supervision.domain.draws.commands import no_such_draw
from supervision.domain.plans.entry import PlanEntry
from supervision.domain.register import RegisteredObject
from supervision.domain.task import Task
from supervision.domain.words import Purpose
from supervision.handlers import risk, tasks
from supervision.ports import Work


def assign_drawn(work: Work, command: AssignDrawn) -> Assignment:
    """派发. An open task of an earlier draw at the same place takes this one up. Refuses ``not-found`` (404)."""
    draw = work.draws.get(command.draw_no)
    known = work.draws.assignment(command.draw_no, command.source_system, command.object_no)
    if draw is None or known is None:
        raise no_such_draw(command.draw_no)
    if known.outcome is not DrawnOutcome.WAITING:
        return known
    versions = work.plans.versions(draw.plan_no)
    entry = next(each for each in versions if each.version == draw.plan_version).content.entry(draw.entry)
    thing = risk.found(work, command.source_system, command.object_no)
    held = work.risks.get(command.source_system, command.object_no).items
    catalogue = work.catalogues.current.in_force(work.today)
    made = {}
    for department in known.officers:
        if catalogue and (link := link_for(entry, department, held, catalogue, work.today)):
            served = tuple(item for item in held if link_for(entry, department, [item], catalogue, work.today))
            task = _task(work, known, thing, entry, link, served, catalogue.version)
            made[department] = _sent(work, task)
    after = known.assigned(made)
    work.draws.assign(after)
    return after


def _sent(work: Work, task: Task) -> str:
    """The task that is open at its place already, else this one, held by the officer who leads."""
    for other in work.tasks.open_on(task.source_system, task.object_no):
        if other.place == task.place:
            return other.task_id
    work.tasks.save(task)
    work.publish(outgoing.task_created(task))
    return tasks.claim_automatically(work, task, task.crew[0], work.now).task_id


def _task(
    work: Work,
    drawn: Assignment,
    thing: RegisteredObject,
    entry: PlanEntry,
    link: Link,
    served: tuple[str, ...],
    version: str,
) -> Task:
    return Task(
        task_id=work.tasks.new_id(),
        source_system=thing.source_system,
        object_no=thing.object_no,
        holder=thing.holder,
        object_name=thing.name,
        object_address=thing.address,
        region=thing.region,
        department=link.department,
        created_at=work.now,
        purpose=Purpose.RANDOM,
        relation=link.relation,
        method=Method.ON_SITE,
        check_kind=link.check_kind,
        checklist=link.checklist,
        catalogue_version=version,
        link_code=link.code,
        items=served,
        liaison=link.liaison,
        responsible_officer=link.responsible_officer,
        first_check_limit=window(entry, work.today),
        feedback_limit=link.feedback_limit,
        state=TaskState.PENDING_CLAIM,
        crew=drawn.officers[link.department],
        draw_no=drawn.draw_no,
    )
