"""Clocks (时限办理): start the clock of a procedure, end what runs. No clock runs on when a procedure is over."""

from collections.abc import Collection
from typing import Any

from credit.domain.process import CountDays, DeadlineKind
from credit.ports import Work
from kernel.deadline import Deadline
from kernel.deadline_days import day_by_day
from kernel.refusal import Refusal


def start(work: Work, owner: str, kind: DeadlineKind) -> Deadline:
    """A clock that begins to run now; the first day that counts is the next one."""
    deadline = Deadline.started(
        deadline_id=work.deadlines.new_id(),
        owner=owner,
        kind=kind,
        limit=work.process.limit(kind),
        at=work.now,
        calendar=work.calendar,
        ladder=work.process.ladder,
    )
    work.deadlines.save(deadline)
    return deadline


def end(work: Work, owner: str, kinds: Collection[DeadlineKind] = tuple(DeadlineKind)) -> None:
    """What had to be done was done: the open clocks of these kinds are met."""
    for deadline in work.deadlines.of(owner):
        if deadline.state.open and deadline.kind in kinds:
            work.deadlines.save(deadline.met(work.now))


def void(work: Work, owner: str) -> None:
    """Nothing has to be done any more: the open clocks are void."""
    for deadline in work.deadlines.of(owner):
        if deadline.state.open:
            work.deadlines.save(deadline.voided(work.now))


def count_days(work: Work, command: CountDays) -> dict[str, Any]:
    """逐日计算 of one clock. Refuses ``not-found`` (404), ``count-too-long``."""
    deadline = work.deadlines.get(command.deadline_id)
    if deadline is None:
        raise Refusal(
            code="not-found",
            zh=f"没有编号为 {command.deadline_id[:64]} 的时限，请在修复、异议或撤销的 deadlines 中查看",
            en=f"there is no deadline {command.deadline_id[:64]}; see deadlines on the repair, objection or withdrawal",
            status=404,
        )
    return day_by_day(deadline, work.calendar)
