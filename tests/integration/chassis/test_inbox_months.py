"""The inbox by month: an event is known as long as it can come again, and a month nobody needs goes in one step."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import asyncpg
import pytest

from chassis import inbox_schema, schema
from chassis.audit import schema as audit_schema
from chassis.database import Connection
from chassis.ids import delivery_id, first_id
from chassis.partitions import drop_month, ensure_months, ensure_partitions, inbox_months_over
from chassis.retention import Retention, terms_of
from tests.integration.chassis.road import Road, decided

pytestmark = pytest.mark.servers

TERM = terms_of()["inbox"]
DAYS = TERM.days
NOW = datetime.now(UTC)
LONG_AGO = NOW - timedelta(days=DAYS + 70)
_TAKE = "INSERT INTO inbox VALUES ($1, 'c', 's', $2) ON CONFLICT DO NOTHING"


def an_id(at: datetime, number: int = 1) -> UUID:
    return delivery_id("c", "S", number, at)


async def a_past_month(connection: Connection, *received: datetime) -> str:
    """The month of ``LONG_AGO`` with an event for each time one was received."""
    start = LONG_AGO.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    name = f"inbox_{start:%Y_%m}"
    await connection.execute(
        f"CREATE TABLE {name} PARTITION OF inbox FOR VALUES FROM ('{first_id(start)}') TO ('{first_id(end)}')"
    )
    for number, at in enumerate(received):
        await connection.execute(_TAKE, an_id(LONG_AGO, number), at)
    return name


async def in_partition(connection: Connection, name: str) -> int:
    return int(await connection.fetchval("SELECT count(*) FROM inbox WHERE tableoid = $1::text::regclass", name))


async def test_what_is_taken_lies_in_the_month_of_its_id(road: Road) -> None:
    await road.say(decided("S-1"), decided("S-2"))
    await road.drain()
    await road.consumer().take(await road.delivered(2))
    async with road.pool.acquire() as connection:
        assert await in_partition(connection, f"inbox_{datetime.now(UTC):%Y_%m}") == 2
        assert await in_partition(connection, "inbox_default") == 0


async def test_rows_brought_in_from_before_get_the_months_between(road: Road) -> None:
    async with road.pool.acquire() as connection:
        since = NOW - timedelta(days=70)
        await ensure_months(connection, since)
        await ensure_months(connection, since)
        await connection.execute(_TAKE, an_id(since), since)
        assert await in_partition(connection, f"inbox_{since:%Y_%m}") == 1
        assert await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", f"event_log_{since:%Y_%m}")


async def test_a_month_goes_when_it_ended_and_nothing_was_received_for_the_whole_term(road: Road) -> None:
    async with road.pool.acquire() as connection:
        month = await a_past_month(connection, LONG_AGO, LONG_AGO + timedelta(days=1))
        assert [(each.partition, each.rows) for each in await inbox_months_over(connection, DAYS)] == [(month, 2)]
        work = Retention({"inbox": TERM}, lambda content: content[:1])
        assert (await work.due(connection))["inbox"] == 2
        assert (await work.run(connection))["inbox"] == 2
        assert await connection.fetchval("SELECT to_regclass($1) IS NULL", month)
        assert await inbox_months_over(connection, DAYS) == []


async def test_an_old_event_that_came_late_is_known_for_the_whole_term_after_it_came(road: Road) -> None:
    async with road.pool.acquire() as connection:
        late = NOW - timedelta(days=DAYS - 1)
        month = await a_past_month(connection, LONG_AGO, late)
        assert (await Retention({"inbox": TERM}, lambda content: content[:1]).run(connection))["inbox"] == 0
        assert await in_partition(connection, month) == 2
        assert await connection.execute(_TAKE, an_id(LONG_AGO, 1), NOW) == "INSERT 0 0"


async def test_an_event_of_a_month_that_is_gone_is_kept_by_itself_for_the_term(road: Road) -> None:
    work = Retention({"inbox": TERM}, lambda content: content[:1])
    async with road.pool.acquire() as connection:
        await connection.execute(_TAKE, an_id(LONG_AGO), NOW)
        await connection.execute(_TAKE, an_id(LONG_AGO, 2), LONG_AGO)
        assert await in_partition(connection, "inbox_default") == 2
        assert (await work.run(connection))["inbox"] == 1
        assert await connection.execute(_TAKE, an_id(LONG_AGO), NOW) == "INSERT 0 0"


async def test_while_a_backup_reads_it_a_month_stays_and_nobody_waits_long(road: Road) -> None:
    async with road.pool.acquire() as owner, road.pool.acquire() as backup:
        await a_past_month(owner, LONG_AGO)
        (month,) = await inbox_months_over(owner, DAYS)
        async with backup.transaction():
            await backup.fetch("SELECT * FROM inbox")
            assert not await drop_month(owner, month)
            await owner.execute(_TAKE, an_id(NOW), NOW)
        assert await drop_month(owner, month)


async def test_what_a_clock_that_was_ahead_left_over_moves_into_its_month(road: Road) -> None:
    ahead = NOW.replace(day=1) + timedelta(days=130)
    async with road.pool.acquire() as connection:
        await connection.execute(_TAKE, an_id(ahead), NOW)
        assert await in_partition(connection, "inbox_default") == 1
        await ensure_partitions(connection, months_ahead=6)
        assert await in_partition(connection, f"inbox_{ahead:%Y_%m}") == 1


async def test_the_rows_of_an_earlier_release_are_carried_over(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    for statement in schema.STATEMENTS:
        await connection.execute(statement)
    two_months_ago, years_ago = NOW - timedelta(days=61), NOW - timedelta(days=1000)
    delivered = uuid5(UUID(int=7), "approval-from-intake:INTAKE:1")
    ids = [an_id(NOW), an_id(two_months_ago), an_id(years_ago), delivered]
    for each in ids:
        await connection.execute(_TAKE, each, NOW)
    for statement in (*inbox_schema.STATEMENTS, *audit_schema.STATEMENTS):
        await connection.execute(statement)
    assert await in_partition(connection, f"inbox_{NOW:%Y_%m}") == 1
    assert await in_partition(connection, f"inbox_{two_months_ago:%Y_%m}") == 1
    assert await in_partition(connection, "inbox_default") == 2
    for each in ids:
        assert await connection.execute(_TAKE, each, NOW) == "INSERT 0 0"
    await ensure_partitions(connection)
    bounds = "SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname ~ '^inbox_[0-9]{4}' AND relkind = 'r'"
    made = {row[0]: row[1] for row in await connection.fetch(bounds)}
    start = NOW.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=32)).replace(day=1)
    assert made[f"inbox_{NOW:%Y_%m}"] == f"FOR VALUES FROM ('{first_id(start)}') TO ('{first_id(end)}')"
    await connection.close()
