"""A proxy cuts, slows and swallows only what goes through it."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator

import pytest

from ops.chaos.proxy import Proxy
from ops.loopback import HOST, free_port

SHORT = 0.3
"""Seconds within which nothing must arrive."""


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    """The port of a server that says back what it hears."""

    async def answer(reader: StreamReader, writer: StreamWriter) -> None:
        while data := await reader.read(1000):
            heard.append(data)
            writer.write(data)
        writer.close()

    heard: list[bytes] = []
    port = free_port()
    server = await asyncio.start_server(answer, HOST, port)
    yield port
    server.close()
    await server.wait_closed()


async def say(connection: tuple[StreamReader, StreamWriter], word: bytes) -> bytes:
    reader, writer = connection
    writer.write(word)
    return await reader.readexactly(len(word))


async def test_what_nobody_disturbs_passes_both_ways(echo: int) -> None:
    async with Proxy.open(echo) as proxy:
        connection = await asyncio.open_connection(HOST, proxy.port)
        assert await say(connection, b"hello") == b"hello"
        assert proxy.passed == 10
        connection[1].close()


async def test_a_cut_ends_connections_and_refuses_new_ones_until_it_heals(echo: int) -> None:
    async with Proxy.open(echo) as proxy:
        before = await asyncio.open_connection(HOST, proxy.port)
        await say(before, b"hello")
        proxy.cut()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await say(before, b"again")
        refused = await asyncio.open_connection(HOST, proxy.port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await say(refused, b"again")
        proxy.heal()
        after = await asyncio.open_connection(HOST, proxy.port)
        assert await say(after, b"back") == b"back"
        for _, writer in (before, refused, after):
            writer.close()


@pytest.mark.parametrize(("up", "down"), [(True, True), (True, False), (False, True)])
async def test_a_hole_holds_what_is_said_and_the_healed_network_delivers_it_late(
    echo: int, *, up: bool, down: bool
) -> None:
    async with Proxy.open(echo) as proxy:
        connection = await asyncio.open_connection(HOST, proxy.port)
        await say(connection, b"hello")
        proxy.swallow(up=up, down=down)
        connection[1].write(b"held")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection[0].read(4), SHORT)
        # One way only: what goes towards the server still gets there.
        assert (proxy.passed == 14) == (not up)
        proxy.heal()
        assert await connection[0].readexactly(4) == b"held"
        connection[1].close()


async def test_a_slow_line_delays_and_a_lossy_one_repeats(echo: int) -> None:
    async with Proxy.open(echo) as proxy:
        connection = await asyncio.open_connection(HOST, proxy.port)
        clock = asyncio.get_running_loop().time
        proxy.slow(0.2, loss=1.0)
        begun = clock()
        assert await say(connection, b"slow") == b"slow"
        # Both ways late and both ways once more; no upper bound, the machine may be busy.
        assert clock() - begun > 0.75
        connection[1].close()


async def test_forgotten_connections_hear_nothing_for_ever_and_new_ones_work(echo: int) -> None:
    async with Proxy.open(echo) as proxy:
        before = await asyncio.open_connection(HOST, proxy.port)
        await say(before, b"hello")
        proxy.forget()
        proxy.heal()
        before[1].write(b"held")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(before[0].read(4), SHORT)
        after = await asyncio.open_connection(HOST, proxy.port)
        assert await say(after, b"new") == b"new"
        for _, writer in (before, after):
            writer.close()
