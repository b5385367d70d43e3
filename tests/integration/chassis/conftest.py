"""Fixtures: one road per test, empty; servers of one test alone."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import nats
import pytest
from nats.js import JetStreamContext

from chassis import inbox_schema, time_schema
from chassis.audit import schema as audit_schema
from chassis.clock import StackClock
from chassis.database import open_pool
from chassis.partitions import ensure_partitions
from chassis.provision import provision
from chassis.relay import Relay
from chassis.schema import STATEMENTS
from chassis.transaction import Transactions
from contracts.topology import STREAMS
from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.state_folder import StateFolder, temporary_folder
from tests.integration.chassis.office import Office
from tests.integration.chassis.road import Road
from tests.keys import signer

_NOTED = "CREATE TABLE noted (object_no text, version int, at bigint GENERATED ALWAYS AS IDENTITY)"


@pytest.fixture
async def road(database_url: str, nats_url: str) -> AsyncIterator[Road]:
    setup = await asyncpg.connect(database_url)
    for statement in (*STATEMENTS, *inbox_schema.STATEMENTS, *time_schema.STATEMENTS, *audit_schema.STATEMENTS, _NOTED):
        await setup.execute(statement)
    await ensure_partitions(setup)
    await setup.close()
    connection = await nats.connect(nats_url)
    js = connection.jetstream()
    await _empty(js)
    await provision(nats_url)
    pool = await open_pool(database_url)
    transactions = Transactions(lambda: pool, StackClock(), "approval", "640202", lambda: None, signer("approval"))
    yield Road(pool, connection, js, transactions, Relay("approval", pool, connection))
    await pool.close()
    await connection.close()


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Office]:
    owner = await asyncpg.connect(database_url)
    for statement in (*STATEMENTS, *inbox_schema.STATEMENTS, *audit_schema.STATEMENTS):
        await owner.execute(statement)
    await ensure_partitions(owner)
    await owner.execute("SET session_replication_role = replica")
    pool = await open_pool(database_url)
    yield Office(pool, owner)
    await pool.close()
    await owner.close()


@pytest.fixture
def folder() -> Iterator[StateFolder]:
    made = temporary_folder()
    with made.held():
        yield made
    made.remove()


@pytest.fixture
async def own_postgres(folder: StateFolder) -> AsyncIterator[EmbeddedPostgres]:
    """A database server that a test may stop."""
    server = EmbeddedPostgres(folder, usual_port=0, temporary=True)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def careful(folder: StateFolder) -> AsyncIterator[EmbeddedNats]:
    server = EmbeddedNats(folder, usual_port=0)
    await server.start()
    yield server
    await server.stop()


async def _empty(js: JetStreamContext) -> None:
    for info in await js.streams_info():
        if info.config.name in STREAMS:
            await js.delete_stream(info.config.name)
