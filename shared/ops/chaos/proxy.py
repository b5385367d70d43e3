"""Proxy (TCP 代理): stands between a service and its server, and can cut, slow down or swallow what passes.

Bytes held in a hole are not lost but late, as TCP's own repetitions make them when a real network heals. Only what
goes through one proxy is touched; the machine's network stays as it is.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

from ops.loopback import HOST, free_port

_CHUNK = 65536
_REPEAT = 0.2
"""Seconds until TCP sends a lost segment again (Linux: TCP_RTO_MIN)."""


class Proxy:
    """One listening port in front of one server port; made by ``Proxy.open``."""

    def __init__(self, target: int, seed: str) -> None:
        self.port = free_port()
        self.passed = 0
        """Bytes that went through, both ways."""
        self._target = target
        self._random = random.Random(seed)  # noqa: S311 - faults are to be repeatable, not secret
        self._delay = self._loss = 0.0
        self._open = {way: asyncio.Event() for way in ("up", "down")}
        self._writers: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()
        self._refusing = False
        self._born = self._remembered = 0
        self._closed = asyncio.Event()
        self.heal()

    @classmethod
    @asynccontextmanager
    async def open(cls, target: int = 0, *, seed: str = "") -> AsyncIterator[Self]:
        """Listen until the end of the block; ``target`` is a port on this machine, ``before`` may name it later."""
        proxy = cls(target, seed)
        server = await asyncio.start_server(proxy._arrived, HOST, proxy.port)
        try:
            yield proxy
        finally:
            server.close()
            proxy.cut()
            proxy.heal()
            proxy._closed.set()
            await asyncio.gather(*proxy._carriers, return_exceptions=True)
            await server.wait_closed()

    def before(self, target: int) -> int:
        """Stand before this port from now on; answers the port to use in its place."""
        self._target = target
        return self.port

    def cut(self) -> None:
        """End every connection and refuse new ones until ``heal``: the other machine is down."""
        self._refusing = True
        for writer in self._writers:
            writer.transport.abort()

    def swallow(self, *, up: bool = True, down: bool = True) -> None:
        """Let nothing pass towards the server (``up``) or back (``down``); connections stay: the cable is pulled."""
        for way, closed in (("up", up), ("down", down)):
            if closed:
                self._open[way].clear()

    def forget(self) -> None:
        """Let nothing more pass on the connections there are, for good and without a word; new ones work.

        So it is after a failover: the other machine no longer knows them.
        """
        self._remembered = self._born

    def slow(self, delay: float, loss: float = 0.0) -> None:
        """Let everything pass ``delay`` seconds later, and a share of it once more by TCP's repetition time."""
        self._delay, self._loss = delay, loss

    def heal(self) -> None:
        """Everything passes again."""
        self._delay = self._loss = 0.0
        self._refusing = False
        for way in self._open.values():
            way.set()

    def _arrived(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrier = asyncio.create_task(self._accept(reader, writer))
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        born, self._born = self._born, self._born + 1
        try:
            # A swallowed connection attempt is not even answered.
            await self._open["up"].wait()
            there, back = await asyncio.open_connection(HOST, self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, back}
        self._writers |= ends
        try:
            await asyncio.gather(self._carry(reader, back, "up", born), self._carry(there, writer, "down", born))
        finally:
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, way: str, born: int) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                await asyncio.sleep(self._delay + _REPEAT * (self._random.random() < self._loss))
                await self._open[way].wait()
                if born < self._remembered:
                    await self._closed.wait()
                target.write(data)
                self.passed += len(data)
                await target.drain()
            await self._open[way].wait()
            if born < self._remembered:
                await self._closed.wait()
            if target.can_write_eof():
                target.write_eof()
