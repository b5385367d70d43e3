"""Clocks (时限) of a task as a page shows them: how much is left, never by colour alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from console.queries import NEVER, Span
from console.web.language import said
from kernel.clock import CHINA, china_day
from kernel.inspection import TaskState
from kernel.reckoning import last_day

SOON = 3
"""Days: what is due within them is due soon (即将到期)."""
_OPEN = {state.value for state in TaskState if state.open}


@dataclass(frozen=True, slots=True)
class Urgency:
    """紧急程度: a mark, a word and a class of style."""

    code: str
    mark: str
    name: str


OVERDUE = Urgency("overdue", "■", said("已超期"))
TODAY = Urgency("today", "▲", said("今天到期"))
DUE_SOON = Urgency("soon", "▲", said("即将到期"))
CALM = Urgency("calm", "●", said("在期限内"))
STOPPED = Urgency("stopped", "‖", said("已中止"))


@dataclass(frozen=True, slots=True)
class Clock:
    """一个时限 that runs or stands still."""

    kind: str
    due_on: date
    urgency: Urgency
    days: int
    """Days left; negative: days over."""
    deadline_id: str
    """Empty: the read model does not know it."""
    limit: str
    """How long it is, as its rule has it; empty where nobody says."""


OVER, DAY, NEAR, FAR = "over", "today", "soon", "calm"
SPANS = {"": said("全部"), OVER: said("已超期"), DAY: said("今日到期"), NEAR: said("即将超期"), FAR: said("在期限内")}
"""到期: a part of the address → what it is called. 即将超期: due within the ``SOON`` days after today; 在期限内: later."""
ANY: Span = (None, None)
URGENCIES = {OVER: OVERDUE, DAY: TODAY, NEAR: DUE_SOON, FAR: CALM}


def spans(now: datetime) -> dict[str, Span]:
    """From when to when tasks are due that are 已超期, 今日到期, 即将超期, 在期限内 at an instant; days as in China."""
    midnight = datetime.combine(china_day(now) + timedelta(days=1), time(), CHINA)
    near = midnight + timedelta(days=SOON)
    return {OVER: (None, now), DAY: (now, midnight), NEAR: (midnight, near), FAR: (near, NEVER - timedelta(days=1))}


def of_line(task: Mapping[str, Any], now: datetime) -> Clock | None:
    """The clock of a task as the read model knows it; None when none is open, or none was told of."""
    if task["due_at"] is None or task["state"] not in _OPEN:
        return None
    return _reckoned(task["due_kind"], task["due_at"], now, stopped=task["due_stopped"])


def running(deadlines: Iterable[Mapping[str, Any]], now: datetime) -> list[Clock]:
    """The clocks that are still open, the most urgent first."""
    found = [_clock(each, now) for each in deadlines if each["state"] in {"RUNNING", "STOPPED"}]
    return sorted(found, key=lambda clock: (clock.urgency is STOPPED, clock.due_on))


def _clock(deadline: Mapping[str, Any], now: datetime) -> Clock:
    due_at = datetime.fromisoformat(deadline["due_at"])
    stopped = deadline["state"] == "STOPPED"
    known = {"deadline_id": deadline["deadline_id"], "limit": deadline.get("limit", "")}
    return _reckoned(deadline["kind"], due_at, now, stopped=stopped, **known)


def _reckoned(
    kind: str, due_at: datetime, now: datetime, *, stopped: bool, deadline_id: str = "", limit: str = ""
) -> Clock:
    due_on = last_day(due_at)
    days = (due_on - china_day(now)).days
    urgency = _urgency(days, over=due_at <= now, stopped=stopped)
    return Clock(kind, due_on, urgency, days, deadline_id, limit)


def _urgency(days: int, *, over: bool, stopped: bool) -> Urgency:
    if stopped:
        return STOPPED
    if over:
        return OVERDUE
    if days <= 0:
        return TODAY
    return DUE_SOON if days <= SOON else CALM
