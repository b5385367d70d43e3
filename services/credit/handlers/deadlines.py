"""Deadlines (时限): take the steps of the ladder that are due, compute anew what the calendar moved.

The yellow card of a repair is that of its acceptance and that of the whole; the clock of the decision alone only reminds.
"""

from datetime import date
from typing import NamedTuple

from credit.domain.procedure import Procedure, open_one
from credit.domain.process import DeadlineKind
from credit.handlers.known import Known, known_record
from credit.outgoing import redress as telling
from credit.ports import Work
from kernel.deadline import Deadline, Step
from kernel.notice import Notice
from kernel.sweep import RecomputeDeadline, TakeStep

_WHY = "工作日历变更 / the calendar changed"
_KINDS = {
    DeadlineKind.ACCEPT_REPAIR: ("信用修复受理", "acceptance of the repair"),
    DeadlineKind.DECIDE_REPAIR: ("信用修复决定", "decision on the repair"),
    DeadlineKind.OVERALL_REPAIR: ("信用修复办结", "answer to the repair"),
    DeadlineKind.OBJECTION_OWN: ("异议核查", "check of the objection"),
    DeadlineKind.OBJECTION_PROVIDER: ("数据提供单位异议核查", "check of the objection by the provider"),
    DeadlineKind.OBJECTION_REVIEW: ("异议复核", "review of the objection"),
    DeadlineKind.WITHDRAW: ("撤销记录确认", "confirmation of the withdrawal"),
}
_STEPS = {
    Step.HALF: ("时间过半，请安排办理", "half of the time is over; arrange for it"),
    Step.BEFORE: ("即将到期，请尽快办理", "the last day has come; act now"),
    Step.YELLOW: ("已到期未办，亮黄牌，请立即办理并说明原因", "not done in time, yellow card; act at once and say why"),
    Step.RED: ("逾期仍未办，亮红牌，请上级督办", "still not done, red card; the superior is told"),
}


class Owner(NamedTuple):
    """Whose clock it is: the procedure and its record."""

    procedure: Procedure
    known: Known


def take_step(work: Work, command: TakeStep) -> None:
    """到期步骤: taken at the instant it was due, even by a late sweep; 黄牌 is told to the others."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline is None or deadline.next_at is None or deadline.next_at > work.now:
        return
    step = deadline.next_step
    stepped = deadline.stepped(work.calendar)
    work.deadlines.save(stepped)
    held = stepped.steps == deadline.steps  # a red card that rests on provisional days
    owner = _owner(work, deadline)
    if owner is None or step is None or held:
        return
    if step is Step.YELLOW:
        _tell_overdue(work, owner, DeadlineKind(deadline.kind), deadline.due_on)
    for post in ("CREDIT_OFFICE", "SUPERIOR") if step is Step.RED else ("CREDIT_OFFICE",):
        work.notices.tell(_notice(deadline, step, owner, f"{post}:{owner.known.record.region}"))


def recompute(work: Work, command: RecomputeDeadline) -> None:
    """时限重算: the calendar changed; what moves an end is logged."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline:
        work.deadlines.recomputed(deadline.recomputed(work.calendar, work.now), _WHY)


def _owner(work: Work, deadline: Deadline) -> Owner | None:
    kind, _, name = deadline.owner.partition(":")
    found: Procedure | None
    if kind == "repair":
        found = work.repairs.get(name)
    elif kind == "objection":
        found = work.objections.get(name)
    else:
        withdrawals = work.withdrawals.of(name)
        found = open_one(withdrawals) or (withdrawals[-1] if withdrawals else None)
    return Owner(found, known_record(work, found.record_id)) if found else None


def _tell_overdue(work: Work, owner: Owner, kind: DeadlineKind, due_on: date) -> None:
    identity, record, procedure_id = owner.known.identity, owner.known.record, owner.procedure.procedure_id
    match kind:
        case DeadlineKind.ACCEPT_REPAIR | DeadlineKind.OVERALL_REPAIR:
            work.publish(telling.repair_overdue(identity, record, procedure_id, kind, due_on))
        case DeadlineKind.WITHDRAW:
            work.publish(telling.withdrawal_overdue(identity, record, due_on))
        case DeadlineKind.OBJECTION_OWN | DeadlineKind.OBJECTION_PROVIDER | DeadlineKind.OBJECTION_REVIEW:
            work.publish(telling.objection_overdue(identity, record, procedure_id, due_on))
        case DeadlineKind.DECIDE_REPAIR:
            pass


def _notice(deadline: Deadline, step: Step, owner: Owner, person: str) -> Notice:
    what_zh, what_en = _KINDS[DeadlineKind(deadline.kind)]
    step_zh, step_en = _STEPS[step]
    record = owner.known.record
    name = owner.known.identity.name or record.document_no or record.number
    return Notice(
        person=person,
        kind=step.value,
        fact=deadline.deadline_id,
        zh=f"{name}：{what_zh}时限 {deadline.due_on}，{step_zh}",
        en=f"{name}: {what_en} due {deadline.due_on}, {step_en}",
        about=deadline.owner,
    )
