"""Consumers (订阅): NATS in. Facts that only add do not wait for their turn: any order gives the same grade."""

from collections.abc import Callable

from chassis.consumer import Subscription
from chassis.transaction import Transaction
from contracts.supervision import InspectionConcluded
from credit import handlers
from credit.store import SqlWork


def subscriptions(work: Callable[[Transaction], SqlWork]) -> tuple[Subscription[SqlWork], ...]:
    """What credit reads from the others."""
    reads = {InspectionConcluded: handlers.on_inspection_concluded}
    return (Subscription(stream="SUPERVISION", work=work, reads=reads),)
