"""Advice (重复提醒、合并建议): what whoever requests a visit should know; it stops nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kernel.inspection import TaskState
from kernel.visit import VisitState
from supervision.domain.catalogue import Method
from supervision.domain.task import Task
from supervision.domain.visits.counting import VisitBrief
from supervision.domain.visits.rules import VisitEdition
from supervision.domain.visits.visit import SiteVisit


@dataclass(frozen=True, kw_only=True)
class RepeatedVisit:
    """重复检查提醒: another visit of the enterprise within the configured days."""

    number: str
    department: str
    day: date
    state: VisitState


@dataclass(frozen=True, kw_only=True)
class MergeSuggestion:
    """合并建议: what another department has to see to at the same object: a visit to come, or an open on-site task."""

    department: str
    visit_no: str = ""
    number: str = ""
    task_id: str = ""
    planned_on: date | None = None


def repeated(edition: VisitEdition, visits: Sequence[VisitBrief], on: date, visit_no: str = "") -> list[RepeatedVisit]:
    """The visits of an enterprise around a day, the newest first; ``visit_no``: the one asked about."""
    span = timedelta(days=edition.repeat_days)
    near = [each for each in visits if each.state is not VisitState.CANCELLED and abs(each.day - on) <= span]
    return [
        RepeatedVisit(number=each.number, department=each.department, day=each.day, state=each.state)
        for each in sorted(near, key=lambda each: (each.day, each.visit_no), reverse=True)
        if each.visit_no != visit_no
    ]


def mergeable(
    edition: VisitEdition,
    visits: Sequence[SiteVisit],
    tasks: Sequence[Task],
    place: tuple[str, str],
    department: str,
    on: date,
) -> list[MergeSuggestion]:
    """Other departments' visits to come and open on-site tasks at one object, near a day."""
    span = timedelta(days=edition.merge_days)
    coming = [
        each
        for each in visits
        if each.state.to_come
        and (each.place, each.department != department) == (place, True)
        and abs(each.planned_on - on) <= span
    ]
    served = {task_id for each in coming for task_id in each.tasks}
    waiting = [
        task
        for task in tasks
        if task.method is Method.ON_SITE and task.department != department and task.task_id not in served
        and task.state in {TaskState.PENDING_CLAIM, TaskState.CLAIMED, TaskState.PLANNED}
        and (task.planned_on is None or abs(task.planned_on - on) <= span)
    ]  # fmt: skip
    return [
        *(
            MergeSuggestion(
                department=each.department, visit_no=each.visit_no, number=each.number, planned_on=each.planned_on
            )
            for each in coming
        ),
        *(
            MergeSuggestion(department=task.department, task_id=task.task_id, planned_on=task.planned_on)
            for task in waiting
        ),
    ]
