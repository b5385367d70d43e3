"""Whether a database is at a release: a service that does not migrate waits until it is, and goes on behind a later one."""

from pathlib import Path

import asyncpg
import pytest

import credit
from chassis.migrations import migrate, migrated
from chassis.owner import Owner

pytestmark = pytest.mark.servers

MIGRATIONS = Path(credit.__file__).parent / "migrations"


async def revision(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("UPDATE alembic_version SET version_num = $1", name)
    await connection.close()


async def test_it_is_once_it_was_migrated_and_also_when_a_later_release_migrated_it(database_url: str) -> None:
    assert not await migrated(database_url, MIGRATIONS)
    with pytest.raises(ConnectionError, match="not migrated yet"):
        await Owner("", database_url).prepared(MIGRATIONS)
    await migrate(database_url, MIGRATIONS)
    await Owner("", database_url).prepared(MIGRATIONS)
    earlier = sorted(file.stem for file in (MIGRATIONS / "versions").glob("0*.py"))[-2]
    await revision(database_url, earlier)
    assert not await migrated(database_url, MIGRATIONS)
    await revision(database_url, "9999_of_a_later_release")
    assert await migrated(database_url, MIGRATIONS)
