"""Numbers of hooks (推送指标): what operators watch of the systems outside."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.metrics import Gauge, Numbers, Reading

PAUSED = Gauge(
    "shenguan.hooks.paused", "{hook}", "停下的推送 / hooks the deliverer paused because their receiver takes nothing"
)
_PAUSED = text("SELECT count(*) FROM hook WHERE state = 'PAUSED' AND state_by = 'system'")


async def _read(connection: AsyncConnection) -> Sequence[Reading]:
    return [PAUSED.shows((await connection.execute(_PAUSED)).scalar_one())]


NUMBERS = (Numbers((PAUSED,), _read),)
"""Of a service that offers its facts."""
