"""Cards (亮牌) that stand: a card is over once what it was for was done, or the task moved on.

Which state waits for which limit is supervision's (services/supervision/handlers/clocks.py); the read model hears of cards
and states apart, so it is told here by the events they are from.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_

from console.tables import task_line
from kernel.inspection import TaskState

_OF_STATE = {
    "CLAIM": TaskState.PENDING_CLAIM,
    "ROUTE": TaskState.RETURNED,
    "ARBITRATION": TaskState.DISPUTED,
    "RECTIFY": TaskState.RECTIFYING,
}
"""Kind of limit → the only state in which it runs."""
_CHECKS = ("FIRST_CHECK", "COMMITMENT_CHECK")
_BEFORE_CHECK = tuple(state.value for state in (TaskState.CLAIMED, TaskState.PLANNED, TaskState.INSPECTING))
_OTHER = ("FEEDBACK",)
"""Kinds that run beside the states."""
OPEN = tuple(state.value for state in TaskState if state.open)


def standing() -> ColumnElement[bool]:
    """Whether the card of a task stands."""
    c = task_line.c
    waiting = [
        and_(c.card_kind == kind, c.state == state.value, c.card_told > c.state_told)
        for kind, state in _OF_STATE.items()
    ]
    unchecked = and_(
        c.card_kind.in_(_CHECKS),
        c.state.in_(_BEFORE_CHECK),
        c.result_told.is_(None),
        or_(c.claimed_told.is_(None), c.card_told > c.claimed_told),
    )
    beside = and_(c.card_kind.in_(_OTHER), c.state.in_(OPEN))
    return and_(c.card != "", or_(*waiting, unchecked, beside))


def card() -> ColumnElement[Any]:
    """The card that stands: YELLOW, RED or empty."""
    return case((standing(), task_line.c.card), else_="").label("card")
