"""The service's own role changes rows, never tables; and of the kept ones it only adds rows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import supervision
from chassis.database import Connection
from chassis.owner import Owner, kept_tables
from ops.postgres import Database, EmbeddedPostgres

MIGRATIONS = Path(supervision.__file__).parent / "migrations"


@pytest.fixture(scope="module")
def database(own_server: EmbeddedPostgres) -> Database:
    with asyncio.Runner() as runner:
        made = runner.run(own_server.database("shenguan_supervision"))
        runner.run(Owner(made.owner_url, made.url).prepare(MIGRATIONS))
    return made


@pytest.fixture
async def service(database: Database) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.url)
    yield connection
    await connection.close()


async def test_what_is_kept_cannot_be_changed_deleted_or_emptied_by_the_service(
    service: Connection,
) -> None:
    kept = await kept_tables(service)
    assert {
        "event_log",
        "event_log_default",
        "audit_entry",
        "audit_entry_default",
        "audit_block",
        "evidence",
        "publication_change",
        "export_line",
    } <= set(kept)
    for table in kept:
        for verb in ("DELETE FROM {}", "TRUNCATE {}", "UPDATE {0} SET {1} = {1}"):
            column = await service.fetchval(
                "SELECT attname FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0 AND attidentity = ''",
                table,
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await service.execute(verb.format(table, column))


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)",
        "DROP TABLE task",
        "ALTER TABLE event_log ADD COLUMN more text",
        "DROP TRIGGER evidence_is_kept ON evidence",
        "UPDATE alembic_version SET version_num = 'x'",
        "SET session_replication_role = replica",
        "SET ROLE shenguan_supervision_owner",
    ],
)
async def test_the_service_cannot_change_tables_or_become_somebody_else(service: Connection, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await service.execute(statement)


async def test_of_a_kept_table_one_column_may_be_sealed_again_by_who_says_so(service: Connection) -> None:
    for table, column, other in (("export_line", "sealed", "cells"), ("signature", "sealed_name", "reason")):
        again = f"UPDATE {table} SET {column} = {column}"  # noqa: S608 - names of the test
        with pytest.raises(asyncpg.RaiseError, match="only added to"):
            await service.execute(again)
        async with service.transaction():
            await service.execute("SELECT set_config('shenguan.resealing', 'on', true)")
            assert await service.execute(again) == "UPDATE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(f"UPDATE {table} SET {other} = {other}")  # noqa: S608 - as above


async def test_the_service_works_with_the_rows_of_every_other_table(
    service: Connection,
) -> None:
    kept = set(await kept_tables(service)) | {"alembic_version"}
    tables = [
        row["tablename"] for row in await service.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    ordinary = [table for table in tables if table not in kept]
    assert "task" in ordinary
    for table in ordinary:
        assert await service.fetchval("SELECT has_table_privilege($1, 'SELECT, INSERT, UPDATE, DELETE')", table), table


async def test_a_database_of_an_earlier_release_is_taken_over_by_its_owner(own_server: EmbeddedPostgres) -> None:
    admin = await asyncpg.connect(own_server.admin_url())
    await admin.execute("CREATE ROLE shenguan_credit LOGIN")
    await admin.execute("CREATE DATABASE shenguan_credit OWNER shenguan_credit")
    await admin.close()
    before = await asyncpg.connect(own_server.url("postgres", "shenguan_credit"))
    await before.execute(
        "SET ROLE shenguan_credit; CREATE TABLE kept_from_then (a int); INSERT INTO kept_from_then VALUES (7)"
    )
    await before.close()
    made = await own_server.database("shenguan_credit")
    owner = await asyncpg.connect(made.owner_url)
    await owner.execute("ALTER TABLE kept_from_then ADD COLUMN b int")
    assert await owner.fetchval("SELECT a FROM kept_from_then") == 7
    await owner.close()


async def test_what_is_done_daily_is_done_by_one_process_at_a_time(database: Database) -> None:
    at_it = asyncio.Event()
    done: list[str] = []

    async def first(_connection: Connection) -> None:
        done.append("first")
        at_it.set()
        await asyncio.sleep(3600)

    async def second(_connection: Connection) -> None:
        done.append("second")

    working = asyncio.create_task(Owner(database.owner_url, database.url, first).do_daily())
    await asyncio.wait_for(at_it.wait(), 20)
    await Owner(database.owner_url, database.url, second).do_daily()
    assert done == ["first"]
    working.cancel()
    await asyncio.wait({working})
    await Owner(database.owner_url, database.url, second).do_daily()
    assert done == ["first", "second"]


async def test_preparing_twice_changes_nothing(database: Database) -> None:
    connection = await asyncpg.connect(database.owner_url)
    rights = "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    before = await connection.fetch(rights)
    await Owner(database.owner_url, database.url).prepare(MIGRATIONS)
    assert await connection.fetch(rights) == before
    await connection.close()
