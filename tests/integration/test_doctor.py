"""The doctor finds troubles planted in a real database and in real streams, each by its code, and changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import nats
import pytest

import credit
from chassis.database import Connection
from chassis.owner import Owner
from chassis.provision import provision
from ops.upkeep import doctor_database, doctor_flow, doctor_nats
from ops.upkeep.finding import Finding, Level

pytestmark = pytest.mark.servers

MIGRATIONS = Path(credit.__file__).parent / "migrations"
DURABLE = ("APPROVAL", "credit-from-approval")


@pytest.fixture
async def connection(database_url: str) -> Connection:
    await Owner("", database_url).prepare(MIGRATIONS)
    return await asyncpg.connect(database_url)


async def asked(connection: Connection) -> dict[str, Finding]:
    found = [each for question in doctor_flow.QUESTIONS for each in await question.ask("credit", connection)]
    return {each.code: each for each in found}


async def letter(connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO dead_letter (id, consumer, subject, headers, payload, cause, detail, attempts)"
        " VALUES ($1, 'c', 's', '{}', '', 'unreadable', '{}', 1)",
        uuid4(),
    )


async def test_a_sound_database_has_no_findings_and_every_planted_one_is_named(connection: Connection) -> None:
    assert await asked(connection) == {}
    await letter(connection)
    old = datetime.now(UTC) - timedelta(hours=1)
    for isolated in (False, True):
        await connection.execute(
            "INSERT INTO outbox (event_id, logged_at, isolated) VALUES ($1, $2, $3)", uuid4(), old, isolated
        )
    await connection.execute(
        "INSERT INTO waiting VALUES ('c', 'k', 2, $1, 's', '{}', '', clock_timestamp() - interval '11 minutes')",
        uuid4(),
    )
    await connection.execute("INSERT INTO audit_pending VALUES ($1, $2)", uuid4(), old)
    found = await asked(connection)
    assert set(found) == {"dead-letters", "outbox-old", "outbox-isolated", "waiting-long", "audit-unchained"}
    assert all(each.level is Level.BAD and each.remedy_zh and each.remedy_en for each in found.values())
    assert "/{letter}:redrive" in found["dead-letters"].remedy_en
    await connection.close()


async def test_revision_partitions_owner_and_calendar_are_compared_with_what_this_release_needs(
    connection: Connection, database_url: str
) -> None:
    assert await doctor_database.migrated("credit", connection) == []
    assert await doctor_database.partitioned("credit", connection) == []
    assert await doctor_database.in_time("credit", connection) == []
    (owns,) = await doctor_database.owned("credit", connection, database_url)
    assert str(urlsplit(database_url).username) in owns.en
    stranger = urlsplit(database_url)._replace(netloc="nobody:x@localhost").geturl()
    assert await doctor_database.owned("credit", connection, stranger) == []
    await connection.execute("UPDATE alembic_version SET version_num = '0001_chassis'")
    (behind,) = await doctor_database.migrated("credit", connection)
    assert "0001_chassis" in behind.en
    later = datetime.now(UTC) + timedelta(days=200)
    lacking = await doctor_database.partitioned("credit", connection, later)
    assert [each.level for each in lacking] == [Level.WARN, Level.WARN, Level.WARN]
    told = await doctor_flow.calendar_told("credit", connection, datetime(2026, 12, 31, 17, tzinfo=UTC))
    assert [each.en.split()[4] for each in told] == ["2027", "2028"]
    await connection.close()


async def test_a_server_that_is_nearly_full_of_connections_is_told(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await doctor_database.roomy("credit", connection) == []
    monkeypatch.setattr(doctor_database, "_FULL", 0.0)
    (found,) = await doctor_database.roomy("credit", connection)
    assert (found.level, found.code) == (Level.WARN, "database-connections")
    assert "28 × (processes" in found.remedy_en
    await connection.close()


async def test_rows_in_a_default_partition_are_told(connection: Connection) -> None:
    await connection.execute("INSERT INTO event_log VALUES ($1, '2020-01-01+00', 't', 's', 'a', '', '{}', '')", uuid4())
    (found,) = await doctor_database.partitioned("credit", connection)
    assert "event_log_default" in found.zh
    await connection.close()


async def test_only_what_is_not_durable_is_told_of_the_server(connection: Connection) -> None:
    said = {each.code: each.en for each in await doctor_database.durable("credit", connection)}
    fsync = await connection.fetchval("SELECT current_setting('fsync')")
    assert ("fsync" in str(said)) == (fsync == "off")
    await connection.execute("SET synchronous_commit = off")
    assert any("synchronous_commit" in each.en for each in await doctor_database.durable("credit", connection))
    await connection.close()


async def test_streams_and_durables_are_compared_and_left_as_they_are(nats_url: str) -> None:
    await provision(nats_url)
    assert await doctor_nats.declared(nats_url) == []
    client = await nats.connect(nats_url)
    js = client.jetstream()
    config = (await js.consumer_info(*DURABLE)).config
    narrowed = replace(config, filter_subject="shenguan.approval.nothing.>", filter_subjects=None)
    await js.add_consumer(DURABLE[0], narrowed)
    for _ in range(2):
        (narrow,) = await doctor_nats.declared(nats_url)
        assert (narrow.about, "filter_subjects" in narrow.en) == (DURABLE[1], True)
    await js.delete_consumer(*DURABLE)
    (missing,) = await doctor_nats.declared(nats_url)
    assert (missing.about, missing.level) == (DURABLE[1], Level.BAD)
    await provision(nats_url)
    pausing = b'{"pause_until": "2099-01-01T00:00:00Z"}'
    await client.request(f"$JS.API.CONSUMER.PAUSE.{'.'.join(DURABLE)}", pausing)
    (paused,) = await doctor_nats.declared(nats_url)
    assert "paused" in paused.en
    await client.request(f"$JS.API.CONSUMER.PAUSE.{'.'.join(DURABLE)}", b"{}")
    assert await doctor_nats.declared(nats_url) == []
    await client.close()
