"""Questions go to a streaming copy while it is hardly behind, to the database itself when it is not, and back again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from chassis import replica
from chassis.database import Pool, open_pool, reading_engine
from chassis.provision import provision
from chassis.reader import Reader
from chassis.replica import Replica
from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.state_folder import StateFolder
from tests.integration.chassis.process import approval
from tests.journey import until
from tests.standby import Standby, standby_of
from tests.tokens import token

pytestmark = pytest.mark.servers

_WHERE = text("SELECT pg_is_in_recovery(), (SELECT count(*) FROM thing)")


@pytest.fixture
async def pool(own_server: EmbeddedPostgres) -> AsyncIterator[Pool]:
    opened = await open_pool(own_server.admin_url())
    await opened.execute("DROP TABLE IF EXISTS thing; CREATE TABLE thing (n int)")
    yield opened
    await opened.close()


@asynccontextmanager
async def followed(url: str, pool: Pool) -> AsyncIterator[Replica]:
    made = Replica(reading_engine(url), lambda: pool)
    following = asyncio.create_task(made.follow())
    yield made
    following.cancel()
    with suppress(asyncio.CancelledError):
        await following
    await made.engine.dispose()


async def test_a_copy_is_asked_while_it_keeps_up_and_left_while_it_does_not(
    own_server: EmbeddedPostgres, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replica, "LATEST", 0.5)
    engine = reading_engine(own_server.admin_url())

    async def asked() -> tuple[bool, int]:
        """Whether the copy answered, and the rows it saw."""
        async with reader() as connection:
            copied, rows = (await connection.execute(_WHERE)).one()
        return bool(copied), int(rows)

    async def keeps_up() -> bool:
        return copy.fresh

    async def left() -> bool:
        return not copy.fresh

    async with standby_of(own_server) as standby, followed(standby.admin_url(), pool) as copy:
        reader = Reader(engine, copy)
        await pool.execute("INSERT INTO thing VALUES (1)")
        await until(keeps_up)
        assert await asked() == (True, 1)

        await replaying(standby, "pause")
        await pool.execute("INSERT INTO thing VALUES (2)")
        await until(left)
        assert await asked() == (False, 2)
        await replaying(standby, "resume")
        await until(keeps_up)
        assert await asked() == (True, 2)

        await own_server.stop()
        await asyncio.sleep(1)
        assert (copy.fresh, await asked()) == (True, (True, 2))
        await own_server.start()

        await standby.stop()
        assert await asked() == (False, 2)
        assert not copy.fresh
    await engine.dispose()


async def replaying(standby: Standby, verb: str) -> None:
    connection = await asyncpg.connect(standby.admin_url())
    await connection.execute(f"SELECT pg_wal_replay_{verb}()")
    await connection.close()


async def test_a_service_asks_the_copy_it_was_told_of(
    own_server: EmbeddedPostgres, careful: EmbeddedNats, folder: StateFolder
) -> None:
    await own_server.database("shenguan_approval")
    url = own_server.admin_url("shenguan_approval")
    await provision(careful.url)
    async with standby_of(own_server) as standby:
        service = approval(folder, url, careful.url, careful.monitoring, read_url=standby.of(url))
        await service.start()
        try:
            await until(service.ready)

            async def taken() -> bool:
                return "replica.taken" in folder.log("approval").read_text(encoding="utf-8")

            await until(taken)
            before = await asked_of(standby)
            async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token()}"}, trust_env=False) as http:
                for _ in range(20):
                    (await http.get(f"{service.url}/api/v1/items")).raise_for_status()

            async def more() -> bool:
                return await asked_of(standby) >= before + 20

            await until(more)
        finally:
            await service.stop()


async def asked_of(standby: Standby) -> int:
    """Transactions of the service's database there; PostgreSQL counts them when a session has been idle for a moment."""
    connection = await asyncpg.connect(standby.admin_url())
    told = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'shenguan_approval'"
    count = await connection.fetchval(told)
    await connection.close()
    return int(count)
