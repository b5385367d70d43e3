"""Continuous pull (连续拉取): a FastStream batch subscriber that never waits for a batch to fill.

FastStream's own batch pull refills until its deadline, which adds the deadline to every hop. This one keeps credit
open with the server, hands over whatever is there (1..256) and asks for more at half. Decision 0004 tells why a subclass.
"""

import asyncio
from collections import deque
from typing import Any

import msgspec
import structlog
from faststream.nats.subscriber.usecases.stream_pull_subscriber import BatchPullStreamSubscriber
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.waking import woken

_log = structlog.get_logger(__name__)

BATCH = 256
_CREDIT = 2 * BATCH
_EXPIRES = 30.0
_HEARTBEAT = 2.0
_GONE = frozenset({"404", "409", "503"})
_PAUSE = 0.5
"""Seconds before a durable that is not there is asked again: it comes back when somebody provisions it."""


class ContinuousPull(BatchPullStreamSubscriber):
    """Binds to an existing durable; declares nothing."""

    linger = 0.0
    """Seconds a batch may fill before it is handed over; only for read models nobody waits for."""

    async def _create_subscription(self) -> None:
        if self.subscription:
            return
        self._arrived: deque[Msg] = deque()
        self._signal = asyncio.Event()
        self._credit = 0
        self._refused = False
        connection: Client = self.connection
        self._inbox = connection.new_inbox()
        subscription: Any = await connection.subscribe(self._inbox, cb=self._arrive)
        self.subscription = subscription
        self.add_task(self._consume_pull)

    async def stop(self) -> None:
        """Finish the batch at hand; what was given and not begun goes back at once, for the other processes to take."""
        consuming = self.subscription is not None
        await super().stop()
        while consuming and self._arrived:
            await self._arrived.popleft().nak()

    async def _arrive(self, msg: Msg) -> None:
        """One message or one status line from the server."""
        headers = msg.headers or {}
        status = headers.get("Status")
        if status is None:
            self._arrived.append(msg)
            self._credit -= 1
        elif status == "100":
            if reply := headers.get("Nats-Consumer-Stalled"):
                await self.connection.publish(reply, b"")
        else:
            self._credit -= int(headers.get("Nats-Pending-Messages", self._credit))
            if status in _GONE and "Exceeded" not in headers.get("Description", ""):
                _log.warning(
                    "pull.refused", durable=self.config.durable_name, said=headers.get("Description") or status
                )
                self._refused = True
        self._signal.set()

    async def _ask(self) -> None:
        """Ask for more when half of what may be here or on its way is used.

        What arrived and waits counts: in a burst it would grow to all the server lets go, and be delivered again before its
        turn comes.
        """
        here = max(self._credit, 0) + len(self._arrived)
        if here > _CREDIT // 2:
            return
        wanted = _CREDIT - here
        body = {"batch": wanted, "expires": int(_EXPIRES * 1e9), "idle_heartbeat": int(_HEARTBEAT * 1e9)}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self.stream.name}.{self.config.durable_name}"
        await self.connection.publish(subject, msgspec.json.encode(body), reply=self._inbox)
        self._credit = max(self._credit, 0) + wanted

    async def _consume_pull(self) -> None:
        """Hand over what is there; ask again from nothing when heartbeats stop (server restarted, request lost)."""
        while self.running:
            try:
                await self._ask()
                if not self._arrived and not await woken(self._signal, 2.5 * _HEARTBEAT):
                    self._credit = 0
                    continue
            except Exception:  # noqa: BLE001 - the connection comes back by itself; the loop must outlive it
                _log.warning("pull.interrupted", durable=self.config.durable_name, exc_info=True)
                self._credit = 0
                await asyncio.sleep(_PAUSE)
                continue
            self._signal.clear()
            if self._refused and not self._arrived:
                self._refused = False
                await asyncio.sleep(_PAUSE)
            if self.linger and 0 < len(self._arrived) < BATCH:
                await asyncio.sleep(self.linger)
            if self._arrived:
                batch = [self._arrived.popleft() for _ in range(min(BATCH, len(self._arrived)))]
                await self.consume(batch)


def continuous(subscriber: Any, linger: float = 0.0) -> Any:
    """Make a subscriber of ``broker.subscriber(…, pull_sub=PullSub(batch=True))`` pull continuously."""
    if type(subscriber) is not BatchPullStreamSubscriber:
        raise TypeError(f"FastStream gave a {type(subscriber).__name__}; decision 0004 must be looked at again")
    subscriber.__class__ = ContinuousPull
    pulling: Any = subscriber
    pulling.linger = linger
    return pulling
