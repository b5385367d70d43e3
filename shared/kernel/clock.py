"""Clock (时钟): the only way to ask for the time.

Instants are aware and in UTC; days are days in China (Asia/Shanghai, UTC+8 all year since 1992).
"""

from datetime import date, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock(Protocol):
    """Tells the time of the stack."""

    def now(self) -> datetime:
        """The instant, aware, UTC."""
        ...


def china_day(instant: datetime) -> date:
    """The calendar day of an instant in China (北京时间日期)."""
    return instant.astimezone(CHINA).date()
