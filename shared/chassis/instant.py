"""Instant (时刻): a point in time as a request states it, with its zone, within what a database can keep."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _within(at: datetime) -> datetime:
    try:
        at.astimezone(UTC)
    except OverflowError:
        raise ValueError(
            "换算成世界时应在公元 1 年至 9999 年之间 / must lie in the years 1 to 9999 when taken to UTC"
        ) from None
    return at


Instant = Annotated[AwareDatetime, AfterValidator(_within)]
"""Aware; with an offset near either end of the calendar there may be no such time in UTC, and it is refused (422)."""
