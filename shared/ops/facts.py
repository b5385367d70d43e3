"""Facts (对账事实): asks the services and the streams what ``ops.reconcile`` compares.

It waits first until every service has settled: nothing to publish, nothing delivered and unfinished. A message on
its way is always counted by somebody, but not by somebody asked a moment earlier, hence settled means twice in a row.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import quote

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis.nats_access import NatsAccess
from chassis.settings import servers_of
from contracts import topology
from contracts.permissions import OPERATOR
from ops.failure import CannotRun
from ops.reconcile import ServiceFacts, StreamContent
from ops.replay.sender import Sender

PATIENCE = 300.0
"""Seconds without any progress until waiting for a settled stack is given up."""
_PAUSE = 0.1
_MESSAGE_TIMEOUT = 10.0

Said = Callable[[str], None]


async def settled(sender: Sender, say: Said) -> None:
    """Wait until all services have settled, telling from time to time what is still under way.

    Raises CannotRun when nothing moved for ``PATIENCE`` seconds.
    """
    clock = asyncio.get_running_loop().time
    moved = spoken = clock()
    before: object = None
    calm = 0
    while calm < 2:  # noqa: PLR2004 - twice in a row, see the module's promise
        statuses = await asyncio.gather(*(sender.get(service, "/ops/v1/status") for service in sender.services))
        calm = calm + 1 if all(status["settled"] for status in statuses) else 0
        waiting = [_waiting(status) for status in statuses]
        if waiting != before:
            before, moved = waiting, clock()
        if calm:
            continue
        if clock() - moved > PATIENCE:
            raise CannotRun(
                zh=f"事件链 {PATIENCE:.0f} 秒没有进展，请查看各服务日志：{'；'.join(waiting)}",
                en=f"the chain has not moved for {PATIENCE:.0f} s; look into the services' logs: {'; '.join(waiting)}",
            )
        if clock() - spoken > 5:  # noqa: PLR2004 - seconds between two lines
            spoken = clock()
            say(f"等待事件处理完毕 / waiting for the chain to settle: {'; '.join(waiting)}")
        await asyncio.sleep(_PAUSE)


def _waiting(status: Mapping[str, Any]) -> str:
    durables = sum(durable["pending"] + durable["ack_pending"] for durable in status["durables"])
    return f"{status['service']} outbox {status['outbox_pending']} inbound {durables}"


async def collect(sender: Sender, source: str | None) -> dict[str, ServiceFacts]:
    """What every service tells about one source, or about all."""
    services = sender.services
    facts = await asyncio.gather(*(_facts(sender, service, source) for service in services))
    return dict(zip(services, facts, strict=True))


async def _facts(sender: Sender, service: str, source: str | None) -> ServiceFacts:
    asked = f"?source={quote(source)}" if source else ""
    status = await sender.get(service, "/ops/v1/status")
    letters = [
        letter
        for letter in await sender.get(service, "/ops/v1/dead-letters")
        if source is None or letter.get("source_system", "") in {source, ""}
    ]
    facts = ServiceFacts(
        figures=await sender.get(service, f"/ops/v1/figures{asked}"),
        outbox_pending=status["outbox_pending"] + status["outbox_isolated"],
        dead_letters=len(letters) if source else status["dead_letters"],
        parked=frozenset(letter["event_id"] for letter in letters),
        events={event["id"]: event["type"] for event in await sender.lines(service, f"/ops/v1/events{asked}")},
    )
    for line in await sender.lines(service, f"/ops/v1/ledger{asked}"):
        side = facts.causes if line["side"] == "cause" else facts.effects
        side.setdefault(line["set"], Counter())[line["key"]] += 1
    streams = {topology.durable_of(service, stream): stream for stream in topology.STREAMS}
    for line in await sender.lines(service, f"/ops/v1/inbox{asked}"):
        facts.inbox.setdefault(streams.get(line["consumer"], line["consumer"]), Counter())[line["id"]] += 1
    return facts


async def read_streams(nats_url: str | None, say: Said) -> dict[str, StreamContent]:
    """The event ids of every stream services publish to; empty, and said so, when NATS cannot be reached."""
    contents: dict[str, StreamContent] = {}
    if nats_url is None:
        say("未提供 NATS 地址，不比对事件流 / no NATS address, the streams are not compared")
        return contents
    try:
        async with _connected(nats_url) as client:
            for service in topology.LISTENS:
                stream = topology.stream_of(service)
                with suppress(NotFoundError):
                    contents[stream] = await _content(client, stream)
    except (NatsError, OSError) as error:
        say(f"NATS 无法访问，不比对事件流 / NATS cannot be reached, the streams are not compared: {error!r}")
    return contents


@asynccontextmanager
async def _connected(nats_url: str) -> AsyncIterator[Client]:
    async def unheard(_: Exception) -> None:
        """A failed connection is told by the exception of ``connect``."""

    access = NatsAccess.of(OPERATOR).options()
    servers = servers_of(nats_url)
    client = await nats.connect(servers, allow_reconnect=False, connect_timeout=5, error_cb=unheard, **access)
    try:
        yield client
    finally:
        await client.close()


async def _content(client: Client, stream: str) -> StreamContent:
    jetstream = client.jetstream()
    state = (await jetstream.stream_info(stream)).state
    ids: set[str] = set()
    since = None
    if not state.messages:
        return StreamContent(frozenset())
    config = ConsumerConfig(deliver_policy=DeliverPolicy.ALL, headers_only=True)
    subscription = await jetstream.subscribe(
        ">", stream=stream, ordered_consumer=True, config=config, pending_msgs_limit=-1, pending_bytes_limit=-1
    )
    while True:
        message = await subscription.next_msg(timeout=_MESSAGE_TIMEOUT)
        if not ids and message.metadata.sequence.stream > 1:
            since = message.metadata.timestamp
        ids.add((message.headers or {}).get("Nats-Msg-Id", ""))
        if message.metadata.num_pending == 0:
            break
    await subscription.unsubscribe()
    return StreamContent(frozenset(ids), since)
