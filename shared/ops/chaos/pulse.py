"""Pulse (脉搏): publishes to a stream of its own without a pause and knows of each message whether it was acknowledged.

It measures the transport alone: how long nothing was acknowledged, and whether what was acknowledged is there.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import Self

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import StorageType, StreamConfig
from nats.js.errors import Error as JetStreamError

from ops.chaos.cluster import SIZE, NatsCluster

STREAM = "PULSE"
_SUBJECT = "pulse"
_BEAT = 0.02
_TIMEOUT = 1.0


class Pulse:
    """One publisher; made by ``Pulse.beating``."""

    def __init__(self, connection: Client) -> None:
        self.acknowledged: set[int] = set()
        self.lost: set[int] = set()
        """Acknowledged and not in the stream; known at the end of the block."""
        self.without_quorum = 0
        self.longest_gap = 0.0
        """Seconds without an acknowledgement while there was a majority."""
        self._connection = connection
        self._last = monotonic()
        self._alone = False

    @classmethod
    @asynccontextmanager
    async def beating(cls, cluster: NatsCluster) -> AsyncIterator[Self]:
        """Beat until the end of the block, then compare with the stream."""

        async def unheard(_: Exception) -> None:
            """Nodes are killed on purpose."""

        connection = await nats.connect(
            [node.url for node in cluster.nodes],
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.1,
            error_cb=unheard,
        )
        try:
            config = StreamConfig(
                name=STREAM, subjects=[_SUBJECT], storage=StorageType.FILE, num_replicas=SIZE, duplicate_window=600
            )
            await connection.jetstream(timeout=10).add_stream(config)
            pulse = cls(connection)
            beats = asyncio.create_task(pulse._beat())
            try:
                yield pulse
            finally:
                beats.cancel()
                await asyncio.gather(beats, return_exceptions=True)
            await pulse._compare()
        finally:
            await connection.close()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Meanwhile there is no majority: nothing may be acknowledged, and the silence is not measured."""
        self._alone = True
        try:
            yield
        finally:
            self._alone = False
            self._last = monotonic()

    async def _beat(self) -> None:
        js = self._connection.jetstream(timeout=_TIMEOUT)
        number = 0
        while True:
            # Whatever was not acknowledged is sent again under its id, as the relay does.
            with suppress(NatsError, JetStreamError, TimeoutError):
                await js.publish(_SUBJECT, str(number).encode(), stream=STREAM, headers={"Nats-Msg-Id": str(number)})
                self._acknowledged(number)
                number += 1
            await asyncio.sleep(_BEAT)

    def _acknowledged(self, number: int) -> None:
        self.acknowledged.add(number)
        if self._alone:
            self.without_quorum += 1
        else:
            self.longest_gap = max(self.longest_gap, monotonic() - self._last)
        self._last = monotonic()

    async def _compare(self) -> None:
        js = self._connection.jetstream(timeout=10)
        present: set[int] = set()
        subscription = await js.subscribe(_SUBJECT, stream=STREAM, ordered_consumer=True)
        while True:
            message = await subscription.next_msg(timeout=10)
            present.add(int(message.data))
            if message.metadata.num_pending == 0:
                break
        await subscription.unsubscribe()
        self.lost = self.acknowledged - present
