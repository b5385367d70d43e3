"""Database (数据库): the connection pool of a service. asyncpg on the hot path, SQLAlchemy for schema and queries."""

from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from chassis.row_security import ALL

# asyncpg's classes are generic only for type checkers.
Connection: TypeAlias = "asyncpg.Connection[Any] | PoolConnectionProxy[Any]"
Pool: TypeAlias = "asyncpg.Pool[Any]"


_KEYED = {
    # Commands, events and the relay reach every row by its key. A planner without statistics (a fresh database, a
    # grown table) scans whole tables instead: measured 60 ms in place of 12 ms for a batch after some 10,000 rows.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}


async def open_pool(database_url: str) -> Pool:
    """Connections for commands, events and the relay.

    Raises:
        OSError, asyncpg.PostgresError: the database does not answer.
    """
    return await asyncpg.create_pool(
        database_url,
        min_size=2,
        max_size=10,
        command_timeout=60,
        server_settings={
            "application_name": "shenguan",
            "idle_in_transaction_session_timeout": "60000",
            **_KEYED,
            **ALL,
        },
    )


def reading_engine(database_url: str) -> AsyncEngine:
    """Connections for queries: read only, so that a page can never change a fact."""
    return create_async_engine(
        sqlalchemy_url(database_url),
        pool_size=5,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"server_settings": {"default_transaction_read_only": "on", "statement_timeout": "30000"}},
    )


def sqlalchemy_url(database_url: str) -> str:
    """The same address for SQLAlchemy with asyncpg."""
    return database_url.replace("postgresql://", "postgresql+asyncpg://", 1)
