"""Deadline (时限): until when somebody must act, and what happens on the way there. Pure; every verb can refuse.

``due_at`` and ``plan`` are facts computed when something changed, never when somebody looks. Each verb first keeps the
steps that were due before it (``plan`` up to the verb's instant): a sweep that comes late takes them afterwards, each
with the instant it was due, so one late sweep equals many punctual ones. The ladder is kept with the deadline: a new
configuration holds for new deadlines only.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Self

from kernel.calendar import Calendar
from kernel.clock import china_day
from kernel.day_count import DayCount, Why, count_days
from kernel.limit import Limit, Unit
from kernel.reckoning import Ladder, Reckoning, Step, Stop, in_order, last_day
from kernel.refusal import Refusal

__all__ = [
    "DayCount",
    "Deadline",
    "DeadlineState",
    "Extension",
    "Ladder",
    "Limit",
    "Step",
    "Stop",
    "Unit",
    "Why",
]


_LAST_YEAR = 2200
"""Nothing is extended beyond it: days are counted one by one."""


class DeadlineState(StrEnum):
    """Where a deadline stands (时限状态)."""

    RUNNING = "RUNNING"  # 计时中
    STOPPED = "STOPPED"  # 中止
    MET = "MET"  # 已完成
    VOID = "VOID"  # 已作废

    @property
    def open(self) -> bool:
        """True while the clock runs or may run again."""
        return self in {DeadlineState.RUNNING, DeadlineState.STOPPED}


@dataclass(frozen=True, kw_only=True)
class Extension:
    """More time, approved by somebody (延长)."""

    limit: Limit
    approved_by: str
    reason: str
    at: datetime
    by: str = ""
    """Who entered it; empty: not known (旧数据)."""


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """One clock of one owner (时限)."""

    deadline_id: str
    owner: str
    """What it belongs to: a task, a feedback (所属)."""
    kind: str
    """What must be done (时限种类), a word of the service."""
    limit: Limit
    started_at: datetime
    ladder: Ladder
    stops: tuple[Stop, ...] = ()
    extensions: tuple[Extension, ...] = ()
    steps: tuple[tuple[Step, datetime], ...] = ()
    """Steps taken, each with the instant it was due."""
    plan: tuple[tuple[Step, datetime], ...] = ()
    """Steps not taken yet, each with the instant it is due; a red card on provisional days is not in it (held)."""
    state: DeadlineState = DeadlineState.RUNNING
    ended_at: datetime | None = None
    edition: int = 0
    """The edition of the calendar it was computed with."""
    due_at: datetime
    """Exclusive end: 24:00 Asia/Shanghai of the last day; for hours the instant. While stopped: as before the stop."""

    @classmethod
    def started(
        cls,
        *,
        deadline_id: str,
        owner: str,
        kind: str,
        limit: Limit,
        at: datetime,
        calendar: Calendar,
        ladder: Ladder,
    ) -> Self:
        """The clock begins to run at an instant; the first day that counts is the day after."""
        blank = cls(
            deadline_id=deadline_id,
            owner=owner,
            kind=kind,
            limit=limit,
            started_at=at.astimezone(UTC),
            ladder=ladder,
            due_at=at,
        )
        return blank._reckoned(calendar, at)

    @property
    def next_step(self) -> Step | None:
        """The step to take next, None when there is none (or it is held)."""
        return self.plan[0][0] if self.plan else None

    @property
    def next_at(self) -> datetime | None:
        """The instant the next step is due."""
        return self.plan[0][1] if self.plan else None

    @property
    def due_on(self) -> date:
        """The last day (终止日), a day in China."""
        return last_day(self.due_at)

    @property
    def overdue(self) -> bool:
        """True when the yellow card was given (逾期)."""
        return any(step is Step.YELLOW for step, _ in self.steps)

    def stopped(self, reason: str, at: datetime, by: str = "", *, cause: str = "") -> Self:
        """The clock stands still from now on (中止); ``cause``: what it ends with, when not with somebody's word.

        Raises:
            Refusal: ``deadline-ended``, ``deadline-stopped``, ``deadline-reason-needed``.
        """
        self._must_run()
        _must_say(reason)
        stop = Stop(began_at=max(at, self.started_at), ended_at=None, reason=reason, by=by, cause=cause)
        return replace(self, state=DeadlineState.STOPPED, stops=(*self.stops, stop), plan=self._owed(at))

    def resumed(self, at: datetime, calendar: Calendar, by: str = "") -> Self:
        """The clock runs again (恢复); no day it stood still on counts.

        Raises:
            Refusal: ``deadline-ended``, ``deadline-running``.
        """
        self._must_be_open()
        if self.state is DeadlineState.RUNNING:
            raise _refused(
                "deadline-running", "该时限没有中止，无需恢复", "The deadline is not stopped; nothing to resume"
            )
        running = replace(self, state=DeadlineState.RUNNING, stops=self._stops_ended(at, by))
        return running._reckoned(calendar, at)  # noqa: SLF001 - a copy of this very deadline

    def extended(
        self, by: Limit, approved_by: str, reason: str, at: datetime, calendar: Calendar, *, entered_by: str = ""
    ) -> Self:
        """More time before it is due (延长), with the name of who approved it.

        Raises:
            Refusal: ``deadline-ended``, ``deadline-reason-needed``, ``extension-too-late``, ``extension-too-long``,
                ``extension-unit-differs``.
        """
        self._must_be_open()
        _must_say(reason)
        _must_say(approved_by)
        if (by.unit is Unit.HOUR) != (self.limit.unit is Unit.HOUR):
            raise _refused(
                "extension-unit-differs",
                f"按小时的时限只能按小时延长，按日的只能按日延长；本时限为 {self.limit.zh}",
                f"Hours extend hours and days extend days; this limit is {self.limit}",
            )
        if self._stopped_at(at) >= self.due_at:
            raise _refused(
                "extension-too-late",
                f"该时限已于 {self.due_on} 届满，不能再延长",
                f"The deadline passed on {self.due_on} and can no longer be extended",
            )
        extension = Extension(limit=by, approved_by=approved_by, reason=reason, at=at, by=entered_by)
        longer = replace(self, extensions=(*self.extensions, extension))
        try:
            reckoned = longer._reckoned(calendar, at)  # noqa: SLF001 - a copy of this very deadline
        except (ValueError, OverflowError, Refusal) as beyond:
            raise _too_long(by) from beyond
        if reckoned.due_on.year > _LAST_YEAR:
            raise _too_long(by)
        return reckoned

    def met(self, at: datetime) -> Self:
        """What had to be done was done (完成); steps due before that stay owed.

        Raises:
            Refusal: ``deadline-ended``.
        """
        return self._ended(DeadlineState.MET, at)

    def voided(self, at: datetime) -> Self:
        """Nothing has to be done any more (作废); steps due before that stay owed.

        Raises:
            Refusal: ``deadline-ended``.
        """
        return self._ended(DeadlineState.VOID, at)

    def recomputed(self, calendar: Calendar, at: datetime) -> Self:
        """The same deadline with another calendar (重算). What was taken stays; a step moved into the past is due now."""
        return self._reckoned(calendar, at) if self.state.open else self

    def stepped(self, calendar: Calendar) -> Self:
        """Take the next step at the instant it was due; the same deadline when there is none.

        A red card is held back (dropped from the plan, not taken) when its days are provisional by now.
        """
        if not self.plan:
            return self
        (step, instant), rest = self.plan[0], self.plan[1:]
        if step is Step.RED and calendar.provisional(china_day(self.started_at), last_day(instant)):
            return replace(self, plan=rest)
        return replace(self, steps=(*self.steps, (step, instant)), plan=rest)

    def explained(self, calendar: Calendar) -> list[DayCount]:
        """Day by day from the start to the last day (逐日计算): the number of each day that counts, and why others do not."""
        stops = tuple(replace(stop, ended_at=stop.ended_at or self.due_at) for stop in self.stops)
        reckoning = replace(self._reckoning(calendar), stops=stops)
        return count_days(reckoning, self.limit.unit, self.due_on, stopped=self.state is DeadlineState.STOPPED)

    def _reckoning(self, calendar: Calendar) -> Reckoning:
        return Reckoning(
            started_at=self.started_at,
            limits=(self.limit, *(extension.limit for extension in self.extensions)),
            stops=tuple(stop for stop in self.stops if stop.ended_at),
            calendar=calendar,
            ladder=self.ladder,
        )

    def _reckoned(self, calendar: Calendar, at: datetime) -> Self:
        """Compute the end and the plan anew; steps due by ``at`` stay as they were planned."""
        reckoning = self._reckoning(calendar)
        owed = self._owed(at)
        if self.state is DeadlineState.STOPPED:
            return replace(self, due_at=reckoning.due_at, plan=owed, edition=calendar.edition)
        settled = {step for step, _ in (*self.steps, *owed)}
        if Step.YELLOW in settled:
            settled |= {Step.HALF, Step.BEFORE}
        coming = [(step, max(instant, at)) for step, instant in reckoning.steps() if step not in settled]
        plan = (*owed, *in_order(coming))
        return replace(self, due_at=reckoning.due_at, plan=plan, edition=calendar.edition)

    def _owed(self, at: datetime) -> tuple[tuple[Step, datetime], ...]:
        return tuple((step, instant) for step, instant in self.plan if instant <= at)

    def _ended(self, state: DeadlineState, at: datetime) -> Self:
        self._must_be_open()
        stops = self._stops_ended(at) if self.state is DeadlineState.STOPPED else self.stops
        return replace(self, state=state, ended_at=at, stops=stops, plan=self._owed(at))

    def _stops_ended(self, at: datetime, by: str = "") -> tuple[Stop, ...]:
        last = self.stops[-1]
        return (*self.stops[:-1], replace(last, ended_at=max(at, last.began_at), ended_by=by))

    def _stopped_at(self, at: datetime) -> datetime:
        """The instant up to which the clock has run."""
        return self.stops[-1].began_at if self.state is DeadlineState.STOPPED else at

    def _must_be_open(self) -> None:
        if not self.state.open:
            raise _refused("deadline-ended", "该时限已经结束，不能再改", "The deadline has ended and cannot be changed")

    def _must_run(self) -> None:
        self._must_be_open()
        if self.state is DeadlineState.STOPPED:
            raise _refused(
                "deadline-stopped",
                "该时限已经中止，请先恢复",
                "The deadline is already stopped; resume it first",
            )


def _too_long(by: Limit) -> Refusal:
    return _refused(
        "extension-too-long",
        f"延长 {by.zh} 后到期日晚于 {_LAST_YEAR} 年，请缩短延长时间",
        f"With {by} more the end lies after the year {_LAST_YEAR}; extend by less",
    )


def _must_say(text: str) -> None:
    if not text.strip():
        raise _refused(
            "deadline-reason-needed",
            "中止须写明原因，延长须写明原因和批准人",
            "A stop needs a reason; an extension needs a reason and who approved it",
        )


def _refused(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code=code, zh=zh, en=en, status=409)
