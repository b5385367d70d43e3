"""Migrations (数据库迁移): Alembic, one history per service, run by the service itself under an advisory lock."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.database import sqlalchemy_url

LOCK = 0x5348454E  # "SHEN": two processes of one service never migrate at the same time


async def migrate(database_url: str, folder: Path) -> None:
    """Bring a service's database to the newest revision in ``folder``. Idempotent; safe with several processes.

    Args:
        database_url: postgresql://…, the service's own database.
        folder: the service's ``migrations`` folder with ``versions/``.
    """
    engine = create_async_engine(sqlalchemy_url(database_url))
    try:
        async with engine.begin() as connection:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            await connection.run_sync(_upgrade, folder)
    finally:
        await engine.dispose()


async def migrated(database_url: str, folder: Path) -> bool:
    """Whether the database is at the newest revision in ``folder``, or at one of a later release.

    While a deployment moves to a new release, services of the old one go on with the database of the new.
    """
    engine = create_async_engine(sqlalchemy_url(database_url))
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_is_at_head, folder)
    finally:
        await engine.dispose()


def _is_at_head(connection: Connection, folder: Path) -> bool:
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory(str(folder))
    earlier = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
    return found is not None and found not in earlier


def _upgrade(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_env(connection: Connection) -> None:
    """What every service's ``migrations/env.py`` does: run the revisions on the connection it was given."""
    from alembic import context  # noqa: PLC0415 - Alembic fills this module only while a migration runs

    context.configure(connection=connection, transactional_ddl=True)
    context.run_migrations()
