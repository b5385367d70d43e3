"""Consumers (订阅): NATS in. Bureau systems state cases on the intake; credit tells grades, of which the newest is kept."""

from collections.abc import Callable

from approval import handlers
from approval.domain.commands import RegisterCase
from approval.ports import StoredWork
from chassis.consumer import Subscription, intake
from chassis.transaction import Transaction
from contracts.credit import GradeChanged


def subscriptions(
    work: Callable[[Transaction], StoredWork], decode: Callable[[bytes], RegisterCase]
) -> tuple[Subscription[StoredWork], ...]:
    """What approval reads; ``decode`` reads the body of an intake message, the same JSON as ``POST /api/v1/cases``."""
    return (
        intake(decode, RegisterCase, handlers.register_case, work),
        Subscription(stream="CREDIT", work=work, reads={GradeChanged: handlers.on_grade_changed}),
    )
