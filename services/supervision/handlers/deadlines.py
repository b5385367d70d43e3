"""Deadlines (时限): take the steps of the ladder that are due, and compute anew what the calendar moved.

A step acts as of the instant it was due, however late the sweep comes. Two sweeps do no harm: the second finds the step
taken. Whoever is told: domain/watch.py.
"""

from datetime import datetime

from kernel.deadline import Deadline, Step
from kernel.inspection import TaskState
from kernel.notice import Notice
from kernel.sweep import RecomputeDeadline, TakeStep
from supervision.domain.deadlines import CHECKS, DeadlineKind
from supervision.domain.task import Task
from supervision.domain.watch import Addressees, Post, addressees
from supervision.handlers import alerts, clocks, tasks
from supervision.outgoing import watch as telling
from supervision.ports import Work

WHY = "工作日历已变更"
"""What the log of recomputations says."""


def take_step(work: Work, command: TakeStep) -> None:
    """到期步骤: 过半提醒, 预警, 黄牌, 红牌 of one deadline; nothing when none is due any more."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline is None or deadline.next_step is None or deadline.next_at is None or deadline.next_at > work.now:
        return
    step, at = deadline.next_step, deadline.next_at
    stepped = deadline.stepped(work.calendar)
    work.deadlines.save(stepped)
    task = _task_of(work, deadline)
    held = stepped.steps == deadline.steps  # a red card that rests on provisional days
    if task is None or held:
        return
    to = addressees_of(work, task, stepped.kind)
    match step:
        case Step.HALF | Step.BEFORE:
            clocks.tell(work, telling.deadline_reminded(task, stepped, step, at))
            _tell(work, task, stepped, step, [to.responsible])
        case Step.YELLOW:
            clocks.tell(work, telling.card_issued(task, stepped, step, at, to.responsible))
            _tell(work, task, stepped, step, [to.responsible, to.head])
            _missed(work, task, stepped, at, to)
        case Step.RED:
            clocks.tell(work, telling.card_issued(task, stepped, step, at, to.responsible))
            clocks.tell(work, telling.task_escalated(task, stepped, at, to.superior))
            _tell(work, task, stepped, step, [to.responsible, to.head, to.superior])


def recompute_deadline(work: Work, command: RecomputeDeadline) -> None:
    """重算时限 with the calendar of now; an end that moved is logged and told."""
    before = work.deadlines.get(command.deadline_id)
    if before is None:
        return
    after = before.recomputed(work.calendar, work.now)
    work.deadlines.recomputed(after, WHY)
    task = _task_of(work, before)
    if task is not None and after.due_at != before.due_at:
        clocks.tell(work, telling.deadline_recomputed(task, after, before.due_at, WHY, work.now))


def _task_of(work: Work, deadline: Deadline) -> Task | None:
    """The task a clock is about: its owner, or that of the publication it belongs to."""
    task = work.tasks.get(deadline.owner)
    publication = None if task else work.publications.get(deadline.owner)
    return work.tasks.get(publication.task_id) if publication else task


def _missed(work: Work, task: Task, deadline: Deadline, at: datetime, to: Addressees) -> None:
    """What a missed limit leads to besides the card: the liaison has the task, a follow-up check counts as overdue."""
    if deadline.kind in CHECKS:
        alerts.overdue(work, task, deadline.deadline_id, deadline.due_on)
    claiming = deadline.kind == DeadlineKind.CLAIM and deadline.state.open  # not one of before the task was returned
    if claiming and task.state is TaskState.PENDING_CLAIM:
        tasks.claim_automatically(work, task, to.responsible, at)


def addressees_of(work: Work, task: Task, kind: str) -> Addressees:
    """Who is told when a task is late with what must be done by a deadline of this kind (告知对象)."""
    office = work.offices.of(task.department)
    return addressees(
        kind, task.region, office, liaison=task.liaison, officer=_officer(task, office.holder(Post.LIAISON))
    )


def _officer(task: Task, desk: str) -> str:
    """Who has the task; while the liaison has it by default (自动认领), the officer its link names (责任人)."""
    by_default = task.claimed_automatically and task.claimed_by in {task.liaison, desk}
    if by_default and task.responsible_officer:
        return task.responsible_officer
    return task.claimed_by or task.responsible_officer


_KINDS = {
    DeadlineKind.CLAIM: ("认领", "claim"),
    DeadlineKind.FIRST_CHECK: ("首次检查", "first check"),
    DeadlineKind.ROUTE: ("改派", "routing"),
    DeadlineKind.ARBITRATION: ("裁定", "arbitration"),
    DeadlineKind.RECTIFY: ("整改", "rectification"),
    DeadlineKind.COMMITMENT_CHECK: ("承诺核查", "check of the commitment"),
    DeadlineKind.FEEDBACK: ("反馈", "feedback"),
    DeadlineKind.PUBLICISE: ("公示", "publicity"),
    DeadlineKind.PUT_RIGHT: ("公示更正或撤下", "correction of what is shown"),
    DeadlineKind.COMPLAINT: ("投诉举报办理", "handling of the complaint"),
}
_STEPS = {
    Step.HALF: ("时间过半，请安排办理", "half of the time is over; arrange for it"),
    Step.BEFORE: ("即将到期，请尽快办理", "the last day has come; act now"),
    Step.YELLOW: ("已到期未办，亮黄牌，请立即办理并说明原因", "not done in time, yellow card; act at once and say why"),
    Step.RED: ("逾期仍未办，亮红牌并报上级督办", "still not done, red card; the superior is told"),
}


def _tell(work: Work, task: Task, deadline: Deadline, step: Step, persons: list[str]) -> None:
    what_zh, what_en = _KINDS[DeadlineKind(deadline.kind)]
    step_zh, step_en = _STEPS[step]
    name = task.object_name or task.object_no
    for person in persons:
        work.notices.tell(
            Notice(
                person=person,
                kind=step.value,
                fact=deadline.deadline_id,
                zh=f"{name}：{what_zh}时限 {deadline.due_on}，{step_zh}",
                en=f"{name}: {what_en} due {deadline.due_on}, {step_en}",
                about=f"task:{task.task_id}",
            )
        )
