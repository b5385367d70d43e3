"""Consumers (订阅): every event of the three services, as it came."""

from collections.abc import Callable
from typing import Any

from chassis.consumer import Subscription
from chassis.transaction import Transaction
from chassis.work import Work
from console import handlers
from contracts.audit import AuditSealed
from contracts.topology import LISTENS

_LINGER = 0.1
"""Seconds a batch may fill: a page shows what happened within a second (实时), and few transactions are cheap."""


def subscriptions(work: Callable[[Transaction], Work]) -> tuple[Subscription[Any], ...]:
    """What the console reads from the others; heads of their audit chains the chassis keeps."""
    return tuple(
        Subscription[Any](
            stream=stream,
            work=work,
            reads={event: handlers.hear for event in events if not issubclass(event, AuditSealed)},
            read_model=True,
            linger=_LINGER,
        )
        for stream, events in LISTENS["console"].items()
    )
