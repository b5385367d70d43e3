"""Clocks (时限) of a task as a page shows them: how much is left, never by colour alone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from console.web.language import said
from kernel.clock import china_day

SOON = 3
"""Days: what is due within them is due soon (即将到期)."""


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
    limit: str


def running(deadlines: Iterable[Mapping[str, Any]], now: datetime) -> list[Clock]:
    """The clocks that are still open, the most urgent first."""
    found = [_clock(each, now) for each in deadlines if each["state"] in {"RUNNING", "STOPPED"}]
    return sorted(found, key=lambda clock: (clock.urgency is STOPPED, clock.due_on))


def _clock(deadline: Mapping[str, Any], now: datetime) -> Clock:
    due_on = date.fromisoformat(deadline["due_on"])
    days = (due_on - china_day(now)).days
    over = datetime.fromisoformat(deadline["due_at"]) <= now
    urgency = _urgency(days, over=over, stopped=deadline["state"] == "STOPPED")
    return Clock(deadline["kind"], due_on, urgency, days, deadline["deadline_id"], deadline.get("limit", ""))


def _urgency(days: int, *, over: bool, stopped: bool) -> Urgency:
    if stopped:
        return STOPPED
    if over:
        return OVERDUE
    if days <= 0:
        return TODAY
    return DUE_SOON if days <= SOON else CALM
