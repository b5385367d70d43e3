"""A connection the database has ended, whose end is not here yet: whoever uses it next finds the database away, not a bug."""

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from chassis.failures import AWAY
from ops.loopback import HOST

pytestmark = pytest.mark.servers


@pytest.fixture
async def never_closed(database_url: str) -> AsyncIterator[str]:
    """The URL of the database through a line that brings what the server says and not that it hangs up."""
    parts = urlsplit(database_url)
    lines: set[asyncio.Task[None]] = set()
    ends: set[asyncio.StreamWriter] = set()

    async def carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while said := await source.read(65536):
            target.write(said)
        await asyncio.Event().wait()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(parts.hostname, parts.port)
        ends.update((writer, back))
        lines.update(asyncio.create_task(carry(*way)) for way in ((reader, back), (there, writer)))

    server = await asyncio.start_server(accept, HOST, 0)
    account = parts.netloc.rpartition("@")[0]
    yield parts._replace(netloc=f"{account}@{HOST}:{server.sockets[0].getsockname()[1]}").geturl()
    server.close()
    for line in lines:
        line.cancel()
    for end in ends:
        end.transport.abort()
    await server.wait_closed()


async def test_a_connection_the_server_ended_a_moment_ago_is_away(database_url: str, never_closed: str) -> None:
    connection = await asyncpg.connect(never_closed)
    other = await asyncpg.connect(database_url)
    assert await other.fetchval("SELECT pg_terminate_backend($1, 5000)", connection.get_server_pid())
    await asyncio.sleep(0.5)
    assert not connection.is_closed()
    for question in ("SELECT 1", "SELECT 2"):
        with pytest.raises(AWAY):
            await connection.fetchval(question, timeout=5)
    connection.terminate()
    await other.close()
