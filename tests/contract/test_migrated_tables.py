"""The revisions of every service end at the tables its queries use."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import sqlalchemy_url
from chassis.migrations import migrate
from contracts.topology import LISTENS

SERVICES = Path(__file__).parents[2] / "services"


@pytest.mark.servers
@pytest.mark.parametrize("service", sorted(LISTENS))
async def test_the_migrated_tables_are_those_the_queries_use(service: str, database_url: str) -> None:
    await migrate(database_url, SERVICES / service / "migrations")
    metadata = import_module(f"{service}.tables").metadata
    ours = set(metadata.tables)

    def differences(connection: Any) -> list[Any]:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in ours, "compare_type": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    engine = create_async_engine(sqlalchemy_url(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()
