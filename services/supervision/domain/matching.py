"""Matching (匹配): from a decision, the links it triggers and the open tasks to what shall happen.

推送即留痕: every decision ends in exactly one outcome, also the one nothing is linked to. An object has one open task of
one purpose, department and checklist at a time: a further decision joins it, and several permits of one application
meet in one visit (综合查一次). Source: 石大政办发〔2021〕54号, stage 监管任务发起; 行政许可法 art. 49, 50, 69, 70.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from supervision.domain.catalogue import Link, Relation, Trigger
from supervision.domain.decision import Decision, Outcome
from supervision.domain.task import Task
from supervision.domain.words import Purpose


@dataclass(frozen=True)
class Wanted:
    """A task a decision asks for (应有任务)."""

    link: Link
    purpose: Purpose

    @property
    def place(self) -> tuple[Purpose, str, str]:
        """As Task.place."""
        return (self.purpose, self.link.department, self.link.checklist)

    @property
    def name(self) -> tuple[Purpose, str]:
        """The same task across the revisions of a case."""
        return (self.purpose, self.link.code)


@dataclass(frozen=True)
class Narrowed:
    """减去事项: a task as it goes on for others, and the item it no longer serves."""

    task: Task
    item_code: str


@dataclass(frozen=True)
class Plan:
    """处理方案: tasks to make, open tasks that take the decision up, that end, or that go on for others."""

    outcome: Outcome
    makes: tuple[Wanted, ...] = ()
    joins: tuple[Task, ...] = ()
    cancels: tuple[Task, ...] = ()
    narrows: tuple[Narrowed, ...] = ()


def wanted_by(decision: Decision, links: Sequence[Link]) -> list[Wanted]:
    """The tasks a decision asks for, one per place; where two links meet, the one in charge (主责) stands for both.

    A promise (告知承诺) that no link of its own covers is checked by whoever is in charge of the routine supervision.
    """
    found: dict[tuple[Purpose, str, str], Wanted] = {}
    for link in sorted(links, key=lambda link: link.relation is Relation.COORDINATE):
        for trigger in link.occasions(decision.kind, commitment=decision.commitment):
            asked = Wanted(link, _purpose(decision, trigger))
            found.setdefault(asked.place, asked)
    promised = decision.commitment and not decision.kind.ends_licence
    if promised and not any(asked.purpose is Purpose.COMMITMENT for asked in found.values()):
        for asked in list(found.values()):
            if asked.link.relation is Relation.PRIMARY:
                check = Wanted(asked.link, Purpose.COMMITMENT)
                found.setdefault(check.place, check)
    return list(found.values())


def plan_decided(
    decision: Decision, links: Sequence[Link], open_tasks: Sequence[Task], outgrown: Collection[str] = ()
) -> Plan:
    """What a first statement of a case leads to. ``open_tasks`` are those of its object, oldest first.

    存量 registers only. An ending decision ends the routine and commitment tasks of its item and may ask for a check
    that the holder has stopped; a CANCEL that follows leaves that check open. What was referred (已移送) stays as it is,
    whatever is decided: its penalty is still to be entered. A change ends the routine tasks of
    ``outgrown`` links: those of its item that no longer fit what the licence is now (变更后重新匹配).
    """
    if decision.existing:
        return Plan(Outcome.REGISTERED)
    asked = wanted_by(decision, links)
    if decision.kind.ends_licence:
        return _ended(decision, asked, open_tasks)
    places = {each.place for each in asked}
    routine = [task for task in open_tasks if task.purpose is Purpose.ROUTINE and task.place not in places]
    gone = [task for task in routine if task.lapses and task.link_code in outgrown and task.serves(decision.item_code)]
    cancels, narrows = _parted(gone, dict.fromkeys((task.task_id for task in gone), decision.item_code))
    makes, joins = _placed(asked, open_tasks)
    outcome = Outcome.TASK if makes else Outcome.JOINED
    if not asked:
        outcome = Outcome.CANCELLED if cancels else Outcome.UNMATCHED
    return Plan(outcome, makes, joins, cancels, narrows)


def plan_corrected(
    decision: Decision,
    links: Sequence[Link],
    open_tasks: Sequence[Task],
    made: Sequence[Task],
    own: Mapping[str, str],
) -> Plan:
    """What a correction leads to. ``made`` are all tasks earlier revisions of the case made, open or not.

    ``own`` says of each, by its id, the item it was made for: that is the one it loses, wherever it stands among those
    that joined since; a task that lost it before is left alone. Open tasks of the case whose link is no longer triggered are cancelled, links triggered for the first time make
    tasks; what the case already made is not made again, also when an inspection concluded it or another case ended
    it. What an earlier revision of this case cancelled stays cancelled: when that was a mistake, a new task is made.
    """
    if decision.kind.ends_licence and not decision.existing:
        return _ended(decision, wanted_by(decision, links), open_tasks)
    asked = {} if decision.existing else {each.name: each for each in wanted_by(decision, links)}
    stale = tuple(task for task in made if task.lapses and (task.purpose, task.link_code) not in asked)
    done = {(task.purpose, task.link_code) for task in made if task.closing_case != decision.case_id}
    news = [each for name, each in asked.items() if name not in done]
    cancels, narrows = _parted(stale, own)
    going = {narrowed.task.task_id: narrowed.task for narrowed in narrows}
    makes, joins = _placed(news, [going.get(task.task_id, task) for task in open_tasks if task not in cancels])
    outcome = _corrected_outcome(decision, asked=bool(asked), makes=makes, joins=joins, stale=cancels)
    return Plan(outcome, makes, joins, cancels, narrows)


def _purpose(decision: Decision, trigger: Trigger) -> Purpose:
    if trigger is Trigger.COMMITMENT:
        return Purpose.COMMITMENT
    return Purpose.CESSATION if decision.kind.ends_licence else Purpose.ROUTINE


def _parted(tasks: Sequence[Task], loses: Mapping[str, str]) -> tuple[tuple[Task, ...], tuple[Narrowed, ...]]:
    """Tasks that end with the item they lose, and those that go on for others; whoever lost it before is in neither."""
    left = [(task, Narrowed(task.narrowed(loses[task.task_id]), loses[task.task_id])) for task in tasks]
    cancels = tuple(task for task, others in left if not others.task.items)
    return cancels, tuple(others for task, others in left if others.task.items and others.task != task)


def _placed(asked: Sequence[Wanted], open_tasks: Sequence[Task]) -> tuple[tuple[Wanted, ...], tuple[Task, ...]]:
    waiting = {task.place: task for task in open_tasks}
    makes = tuple(each for each in asked if each.place not in waiting)
    joins = tuple(waiting[each.place] for each in asked if each.place in waiting)
    return makes, joins


def _corrected_outcome(
    decision: Decision, *, asked: bool, makes: tuple[Wanted, ...], joins: tuple[Task, ...], stale: tuple[Task, ...]
) -> Outcome:
    if makes or joins:
        return Outcome.TASK if makes else Outcome.JOINED
    if not asked and not decision.existing:
        return Outcome.UNMATCHED
    return Outcome.CANCELLED if stale else Outcome.REGISTERED


def _ended(decision: Decision, asked: Sequence[Wanted], open_tasks: Sequence[Task]) -> Plan:
    lapsing = [task for task in open_tasks if task.lapses and task.purpose is not Purpose.CESSATION]
    going = [task for task in lapsing if task.serves(decision.item_code)]
    cancels, narrows = _parted(going, dict.fromkeys((task.task_id for task in going), decision.item_code))
    makes, joins = _placed(asked, open_tasks)
    outcome = Outcome.ENDED
    if makes:
        outcome = Outcome.TASK
    elif cancels:
        outcome = Outcome.CANCELLED
    elif joins:
        outcome = Outcome.JOINED
    return Plan(outcome, makes=makes, joins=joins, cancels=cancels, narrows=narrows)
