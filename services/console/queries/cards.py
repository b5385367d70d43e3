"""Cards (亮牌) that stand: a card is over once what it was for was done, or the task moved on.

Which state waits for which limit is supervision's (services/supervision/handlers/clocks.py); the read model hears of cards
and states apart, so a column of the row tells it by the events they are from (migration 0013).
"""

from typing import Any

from sqlalchemy import ColumnElement

from console.tables import task_line
from kernel.inspection import TaskState

OPEN = tuple(state.value for state in TaskState if state.open)


def card() -> ColumnElement[Any]:
    """The card that stands: YELLOW, RED or empty."""
    return task_line.c.standing.label("card")
