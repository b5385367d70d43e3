"""Reader (查询): the connections of questions. They change nothing, and see what the present principal may."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.access.principal import present
from chassis.replica import UNREADABLE, Replica
from chassis.row_security import told_of

_TELL = text(
    "SELECT set_config('shenguan.departments', :departments, true), set_config('shenguan.regions', :regions, true)"
)


class Reader:
    """Read-only connections, each told whose question it answers; to the ``replica`` while that may be asked."""

    def __init__(self, engine: AsyncEngine, replica: Replica | None = None) -> None:
        self._engine, self._replica = engine, replica

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[AsyncConnection]:
        """A connection for the queries of one question."""
        async with AsyncExitStack() as leaving:
            yield await self._opened(leaving)

    async def _opened(self, leaving: AsyncExitStack) -> AsyncConnection:
        if self._replica is not None and self._replica.fresh:
            try:
                return await _told(leaving, self._replica.engine)
            except UNREADABLE as away:
                self._replica.lost(away)
        return await _told(leaving, self._engine)


async def _told(leaving: AsyncExitStack, engine: AsyncEngine) -> AsyncConnection:
    connection = await leaving.enter_async_context(engine.connect())
    await connection.execute(_TELL, told_of(present()))
    return connection
