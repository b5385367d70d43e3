"""Questions about the working-day calendar (工作日历)."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kernel.calendar import Calendar, CalendarYear

_YEARS = text("SELECT year, version, working, free, provisional, source FROM calendar_year ORDER BY year")


async def calendar(connection: AsyncConnection) -> Calendar:
    """Every year told so far."""
    return Calendar(
        CalendarYear(
            year=row.year,
            version=row.version,
            working=frozenset(row.working),
            free=frozenset(row.free),
            provisional=row.provisional,
            source=row.source,
        )
        for row in await connection.execute(_YEARS)
    )
