"""Matching (匹配): from a decision, the links it triggers and the open tasks to what shall happen.

推送即留痕: every decision ends in exactly one outcome, also the one nothing is linked to.
Source: 石大政办发〔2021〕54号, stage 监管任务发起; 行政许可法 art. 49, 50, 69, 70.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from supervision.domain.catalogue import Link
from supervision.domain.decision import Decision, Outcome
from supervision.domain.task import Task


@dataclass(frozen=True)
class Plan:
    """处理方案: links to make tasks of, open tasks that take the decision up, open tasks to cancel."""

    outcome: Outcome
    makes: tuple[Link, ...] = ()
    joins: tuple[Task, ...] = ()
    cancels: tuple[Task, ...] = ()


def plan_decided(decision: Decision, links: Sequence[Link], open_tasks: Sequence[Task]) -> Plan:
    """What a first statement of a case leads to. ``open_tasks`` are those of its object, oldest first.

    存量 registers only; an ending decision cancels every open task of the object; otherwise each triggered link
    makes one task, unless the object has an open task of the same link: that one takes the decision up.
    """
    if decision.existing:
        return Plan(Outcome.REGISTERED)
    if decision.kind.ends_licence:
        return _ended(open_tasks)
    if not links:
        return Plan(Outcome.UNMATCHED)
    waiting = {task.link_code: task for task in open_tasks}
    makes = tuple(link for link in links if link.code not in waiting)
    joins = tuple(waiting[link.code] for link in links if link.code in waiting)
    return Plan(Outcome.TASK if makes else Outcome.JOINED, makes=makes, joins=joins)


def plan_corrected(decision: Decision, links: Sequence[Link], open_tasks: Sequence[Task], made: Sequence[Task]) -> Plan:
    """What a correction leads to. ``made`` are all tasks earlier revisions of the case made, open or not.

    Open tasks of the case whose link is no longer triggered are cancelled, links triggered for the first time make
    tasks; what the case already made is not made again, also when an inspection concluded it or another case ended
    it. What an earlier revision of this case cancelled stays cancelled: when that was a mistake, a new task is made.
    """
    if decision.kind.ends_licence and not decision.existing:
        return _ended(open_tasks)
    wanted = {} if decision.existing else {link.code: link for link in links}
    stale = tuple(task for task in made if task.state.open and task.link_code not in wanted)
    done = {task.link_code for task in made if task.closing_case != decision.case_id}
    fresh = plan_decided(decision, [link for code, link in wanted.items() if code not in done], open_tasks)
    return Plan(_corrected_outcome(fresh, wanted, stale), makes=fresh.makes, joins=fresh.joins, cancels=stale)


def _corrected_outcome(fresh: Plan, wanted: dict[str, Link], stale: tuple[Task, ...]) -> Outcome:
    if fresh.makes or fresh.joins:
        return fresh.outcome
    if not wanted and fresh.outcome is Outcome.UNMATCHED:
        return Outcome.UNMATCHED
    return Outcome.CANCELLED if stale else Outcome.REGISTERED


def _ended(open_tasks: Sequence[Task]) -> Plan:
    return Plan(Outcome.CANCELLED if open_tasks else Outcome.ENDED, cancels=tuple(open_tasks))
