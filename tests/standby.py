"""A streaming copy (热备) of an embedded server: a real PostgreSQL that replays what the first one writes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ops.postgres import EmbeddedPostgres
from ops.postgres_home import PostgresHome
from ops.state_folder import temporary_folder
from ops.upkeep.postgres_tools import run_tool


class Standby(EmbeddedPostgres):
    """A server like the first one, on a port of its own."""

    primary: EmbeddedPostgres

    def admin_url(self, database: str = "postgres") -> str:
        """Passwords are those of the first one."""
        return self.of(self.primary.admin_url(database))

    def of(self, url: str) -> str:
        """The same database here."""
        before, _, after = url.rpartition(":")
        return f"{before}:{self.port}/{after.partition('/')[2]}"


@asynccontextmanager
async def standby_of(primary: EmbeddedPostgres) -> AsyncIterator[Standby]:
    """Copy a running server and follow it for as long as the block lasts."""
    folder = temporary_folder()
    with folder.held():
        home = PostgresHome(folder, temporary=True)
        await run_tool(
            "pg_basebackup", "-D", str(home.data), "-R", "-X", "stream", "--checkpoint=fast", url=primary.admin_url()
        )
        for path in (home.data, *home.data.rglob("*")):
            home.give(path)
        home.data.chmod(0o700)
        server = Standby(folder, usual_port=0, temporary=True, settings={"hot_standby_feedback": "on"})
        server.primary = primary
        try:
            await server.start()
            yield server
        finally:
            await server.stop()
            folder.remove()
