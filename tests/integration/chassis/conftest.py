"""Fixture: one road per test, empty."""

from collections.abc import AsyncIterator

import asyncpg
import nats
import pytest
from nats.js import JetStreamContext

from chassis import time_schema
from chassis.clock import StackClock
from chassis.database import open_pool
from chassis.provision import provision
from chassis.relay import Relay
from chassis.schema import STATEMENTS, ensure_partitions
from chassis.transaction import Transactions
from contracts.topology import STREAMS
from tests.integration.chassis.road import Road

_NOTED = "CREATE TABLE noted (object_no text, version int, at bigint GENERATED ALWAYS AS IDENTITY)"


@pytest.fixture
async def road(database_url: str, nats_url: str) -> AsyncIterator[Road]:
    setup = await asyncpg.connect(database_url)
    for statement in (*STATEMENTS, *time_schema.STATEMENTS, _NOTED):
        await setup.execute(statement)
    await ensure_partitions(setup)
    await setup.close()
    connection = await nats.connect(nats_url)
    js = connection.jetstream()
    await _empty(js)
    await provision(nats_url)
    pool = await open_pool(database_url)
    transactions = Transactions(lambda: pool, StackClock(), "approval", "640202", lambda: None)
    yield Road(pool, connection, js, transactions, Relay("approval", pool, connection))
    await pool.close()
    await connection.close()


async def _empty(js: JetStreamContext) -> None:
    for info in await js.streams_info():
        if info.config.name in STREAMS:
            await js.delete_stream(info.config.name)
