"""A database that no longer knows our connections (failover, firewall) is in use again within seconds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
import pytest
from sqlalchemy import text

from chassis import database
from chassis.database import open_pool, reading_engine
from chassis.failures import AWAY
from ops.chaos.proxy import Proxy
from ops.loopback import HOST

pytestmark = pytest.mark.nightly

PATIENCE = 40
"""Seconds; without the check of idle connections one command and its cancellation alone took 120."""
OPEN = 4


@pytest.fixture
async def line(database_url: str) -> AsyncIterator[tuple[Proxy, str]]:
    """A proxy before the database, and the URL through it."""
    parts = urlsplit(database_url)
    async with Proxy.open(parts.port or 5432) as proxy:
        account = parts.netloc.rpartition("@")[0]
        yield proxy, parts._replace(netloc=f"{account}@{HOST}:{proxy.port}").geturl()


async def until_answered(question: Callable[[], Awaitable[object]]) -> object:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await question()
            except AWAY:
                continue


async def test_idle_connections_of_the_pool_are_replaced(
    line: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_FRESH", 0.0)
    proxy, url = line
    pool = await open_pool(url)
    await asyncio.gather(*(pool.fetchval("SELECT pg_sleep(0.1)") for _ in range(OPEN)))
    proxy.forget()
    answers = [await until_answered(lambda: pool.fetchval("SELECT 1")) for _ in range(OPEN)]
    assert answers == [1] * OPEN
    pool.terminate()


async def test_a_command_without_an_answer_ends_its_connection_and_not_the_pool(line: tuple[Proxy, str]) -> None:
    proxy, url = line
    pool = await open_pool(url)
    async with pool.acquire() as connection:
        proxy.forget()
        with pytest.raises(TimeoutError):
            await connection.fetchval("SELECT 1", timeout=0.5)
        with pytest.raises(asyncpg.InterfaceError, match="released back"):
            connection.is_closed()
    assert await until_answered(lambda: pool.fetchval("SELECT 1")) == 1
    pool.terminate()


async def test_a_statement_nobody_waits_for_any_more_is_given_up_by_the_server(line: tuple[Proxy, str]) -> None:
    _, url = line
    pool = await open_pool(url)
    asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND pid <> pg_backend_pid()"
    with pytest.raises(TimeoutError):
        await pool.fetchval("SELECT pg_sleep(600)", timeout=0.5)
    async with asyncio.timeout(PATIENCE):
        while await pool.fetchval(asked):
            """The server looks every five seconds."""
    pool.terminate()


async def test_locks_of_a_client_that_is_gone_are_free_again_even_in_the_middle_of_a_command(
    line: tuple[Proxy, str], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database._LIMITS, "transaction_timeout", "3000")
    proxy, url = line
    held, direct = await open_pool(url), await open_pool(database_url)
    async with held.acquire() as connection:
        await connection.execute("BEGIN")
        await connection.execute("SELECT pg_advisory_xact_lock(7)")
        # More than the line takes at once: the server waits for the rest of it for ever.
        large = asyncio.create_task(connection.fetchval("SELECT length($1::text)", "x" * 200_000_000))
        await until_answered(lambda: _in_the_middle_of_a_command(direct))
        proxy.forget()
        await until_answered(lambda: direct.execute("SELECT pg_advisory_xact_lock(7)"))
        large.cancel()
    held.terminate()
    await direct.close()


async def _in_the_middle_of_a_command(pool: asyncpg.Pool) -> None:
    waits = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'ClientRead'"
    if not await pool.fetchval(waits):
        raise TimeoutError


async def test_a_connection_in_use_is_not_asked_whether_it_lives(
    line: tuple[Proxy, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_FRESH", 60.0)
    proxy, url = line
    pool = await open_pool(url)
    await pool.fetchval("SELECT 1")
    before = proxy.passed
    await pool.fetchval("SELECT 1")
    once = proxy.passed - before
    async with pool.acquire() as connection:
        before = proxy.passed
        await connection.fetchval("SELECT 1")
    assert once < 2 * (proxy.passed - before)
    await pool.close()


async def test_readers_find_out_before_they_ask(line: tuple[Proxy, str]) -> None:
    proxy, url = line
    engine = reading_engine(url)

    async def read() -> object:
        async with engine.connect() as connection:
            return await connection.scalar(text("SELECT 1"))

    assert await asyncio.gather(*(read() for _ in range(OPEN))) == [1] * OPEN
    proxy.forget()
    assert await asyncio.wait_for(read(), PATIENCE) == 1
    assert await asyncio.wait_for(asyncio.gather(*(read() for _ in range(OPEN))), PATIENCE) == [1] * OPEN
    await engine.dispose()


async def test_a_server_that_is_down_is_away_at_once(line: tuple[Proxy, str]) -> None:
    proxy, url = line
    pool = await open_pool(url)
    proxy.cut()
    with pytest.raises((*AWAY, asyncpg.PostgresError)):
        await pool.fetchval("SELECT 1")
    pool.terminate()
