"""Consumers (订阅): NATS in. Facts that only add do not wait for their turn: any order gives the same grade."""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from chassis import unit_of_work
from chassis.calendar import CalendarCache, CalendarWork
from chassis.consumer import Subscription
from chassis.transaction import Transaction
from contracts.calendar import CalendarChanged
from contracts.supervision import InspectionConcluded
from credit import handlers, ports


class Work(ports.Work, unit_of_work.Work, Protocol):
    """What the handlers ask for, loaded and flushed by the chassis."""


def subscriptions(work: Callable[[Transaction], Work]) -> tuple[Subscription[Any], ...]:
    """What credit reads from the others."""
    concluded = Subscription[Work](
        stream="SUPERVISION", work=work, reads={InspectionConcluded: handlers.on_inspection_concluded}
    )
    told = Subscription[CalendarWork](
        stream="APPROVAL",
        work=partial(CalendarWork, cache=CalendarCache()),
        reads={CalendarChanged: handlers.on_calendar_changed},
    )
    return (concluded, told)
