"""Rectification (责令整改): what must be put right by when, in rounds, each checked again (复查).

Source: 行政处罚法 (2021) art. 28: whoever punishes also orders the wrong to be put right.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Round:
    """一轮整改. Instants are aware, UTC; ``due_on`` is the last day, a day in China."""

    demand: str
    """整改要求."""
    limit: str
    """整改期限, as 10d."""
    due_on: date
    ordered_by: str
    ordered_at: datetime
    reported_by: str = ""
    reported_at: datetime | None = None
    report: str = ""
    """整改报告."""
    verified_on: date | None = None
    verified_by: tuple[str, ...] = ()
    passed: bool | None = None
    note: str = ""
