"""A relay publishes what another process committed without waiting for its poll, and a broken bell comes back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest

from chassis.bell import Bell
from chassis.clock import StackClock
from chassis.provision import provision
from chassis.relay import Relay
from chassis.transaction import Transactions
from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.state_folder import StateFolder
from tests.integration.chassis.process import approval
from tests.integration.chassis.road import Road, decided
from tests.journey import CASE, ITEM, until
from tests.tokens import headers

pytestmark = pytest.mark.servers

NEVER = 600.0
"""A poll that no test lives to see."""
SESSIONS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'shenguan-bell' AND datname = current_database()"
LISTENING = f"{SESSIONS} AND state = 'idle' AND query LIKE '%outbox%'"


@asynccontextmanager
async def hung(database_url: str, heard: Callable[[], None]) -> AsyncIterator[Bell]:
    bell = Bell(database_url, heard)
    running = asyncio.create_task(bell.run())
    try:
        yield bell
    finally:
        await bell.stop()
        await asyncio.wait_for(running, 20)


@asynccontextmanager
async def another_process(road: Road, database_url: str) -> AsyncIterator[None]:
    """The relay and the bell of a process that commits nothing itself and practically never polls."""
    relay = Relay("approval", road.pool, road.connection, poll=NEVER)
    async with hung(database_url, relay.wake):
        running = asyncio.create_task(relay.run())
        try:
            await listening(road)
            yield
        finally:
            await relay.stop()
            await running


def telling(road: Road, bell: Bell) -> Transactions:
    return Transactions(lambda: road.pool, StackClock(), "approval", "640202", bell.ring)


async def listening(road: Road, expected: int = 1, but: int = 0) -> int:
    """Wait until so many bells listen, ``but`` not counted; the pid of one."""

    async def pids() -> list[int] | None:
        found = [row["pid"] for row in await road.pool.fetch(LISTENING) if row["pid"] != but]
        return found if len(found) == expected else None

    return (await until(pids))[0]


async def published(road: Road) -> None:
    async def nothing_left() -> bool:
        return not await road.count("outbox")

    await until(nothing_left)


async def said(transactions: Transactions, object_no: str) -> None:
    async with transactions.begin() as tx:
        tx.publish(decided(object_no))


async def test_what_one_process_commits_the_relay_of_another_publishes_before_its_poll(
    road: Road, database_url: str
) -> None:
    async with another_process(road, database_url), hung(database_url, lambda: None) as bell:
        await listening(road, 2)
        for n in range(3):
            await said(telling(road, bell), f"S-{n}")
            await published(road)


async def test_a_bell_whose_connection_is_ended_comes_back(road: Road, database_url: str) -> None:
    async with another_process(road, database_url):
        broken = await listening(road)
        assert await road.pool.fetchval("SELECT pg_terminate_backend($1)", broken)
        await listening(road, but=broken)
        async with hung(database_url, lambda: None) as bell:
            await said(telling(road, bell), "S-1")
            await published(road)


async def test_what_was_committed_while_the_bell_was_broken_is_published_when_it_is_back(
    road: Road, database_url: str
) -> None:
    async with another_process(road, database_url):
        broken = await listening(road)
        await road.say(decided("S-unheard"))
        assert await road.count("outbox") == 1
        await road.pool.execute("SELECT pg_terminate_backend($1)", broken)
        await published(road)


async def test_a_bell_does_not_hear_itself_and_leaves_no_connection(road: Road, database_url: str) -> None:
    heard: list[str] = []

    async def all_heard() -> bool:
        return heard == ["own", "other", "own"]  # each at its start, and the first by the other

    async def gone() -> bool:
        return not await road.pool.fetch(SESSIONS)

    async with hung(database_url, lambda: heard.append("own")) as bell:
        await listening(road)
        bell.ring()
        async with hung(database_url, lambda: heard.append("other")) as other:
            await listening(road, 2)
            other.ring()
            await until(all_heard)
    await until(gone)


async def test_a_bell_survives_a_restart_of_postgresql_and_stops_while_it_is_away(
    own_postgres: EmbeddedPostgres,
) -> None:
    heard = asyncio.Event()
    async with hung(own_postgres.admin_url(), heard.set):
        await asyncio.wait_for(heard.wait(), 10)
        await own_postgres.stop()
        heard.clear()
        await own_postgres.start()
        await asyncio.wait_for(heard.wait(), 10)
        heard.clear()
        connection = await asyncpg.connect(own_postgres.admin_url())
        await connection.execute("SELECT pg_notify('outbox', '')")
        await asyncio.wait_for(heard.wait(), 10)
        await connection.close()
        await own_postgres.stop()


async def test_a_service_rings_after_a_commit_and_leaves_no_connection(
    folder: StateFolder, careful: EmbeddedNats, database_url: str
) -> None:
    rung = asyncio.Event()
    connection = await asyncpg.connect(database_url)
    await connection.add_listener("outbox", lambda *_: rung.set())

    async def listens() -> bool:
        return bool(await connection.fetch(LISTENING))

    async def gone() -> bool:
        return not await connection.fetch(SESSIONS)

    await provision(careful.url)
    service = approval(folder, database_url, careful.url, careful.monitoring)
    await service.start()
    try:
        await until(service.ready)
        await until(listens)
        await asyncio.wait_for(rung.wait(), 10)  # the calendar was seeded before the bell was there
        rung.clear()
        async with httpx.AsyncClient(base_url=service.url, headers=headers(), trust_env=False) as http:
            (await http.post("/api/v1/items:batch", content=json.dumps(ITEM))).raise_for_status()
            await asyncio.wait_for(rung.wait(), 10)
            rung.clear()
            (await http.post("/api/v1/items:batch", content=json.dumps(ITEM))).raise_for_status()
            assert not rung.is_set()  # an item listed as it was says nothing
            (await http.post("/api/v1/cases", json=CASE)).raise_for_status()
        await asyncio.wait_for(rung.wait(), 10)
    finally:
        await service.stop()
    assert service.child.exit_code == 0
    await until(gone)
    await connection.close()
