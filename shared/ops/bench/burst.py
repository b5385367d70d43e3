"""Burst (突发): far more decisions at once than are carried out in a minute, and what that does to memory and speed.

Only decisions are handed in: what has to be drained is approval, supervision's tasks, and credit's register of holders.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import asyncpg
import nats
from nats.aio.client import Client
from uuid_utils.compat import uuid7

from chassis.publisher import LARGEST_BATCH, Outgoing, publish
from contracts.topology import durable_of, durables
from ops.bench.course import Course
from ops.child import resident
from ops.facts import Said
from ops.stack import Stack

BURST = 200_000
"""Decisions of a burst; a twentieth of them beside it for comparison."""
_STEADY = 20
_LOOK = 0.5


@dataclass(frozen=True)
class Drained:
    """How a number of decisions handed in at once was carried out (排空)."""

    per_second: float
    """Decisions per second, from the first handed in until nothing is under way any more."""
    most_mib: dict[str, float]
    """Service → the most memory seen meanwhile."""
    redelivered: int
    """Deliveries beyond the first: a service did not acknowledge in time, or asked for it again."""


async def burst(course: Course, decisions: int, say: Said) -> dict[str, Any]:
    """A burst beside a number of decisions that is carried out in seconds; the JSON of it."""
    steady = await drained(course, max(1, decisions // _STEADY), say)
    burden = await drained(course, decisions, say)
    return {
        "decisions": decisions,
        "decisions_per_s": round(burden.per_second, 1),
        "ratio_steady": round(burden.per_second / steady.per_second, 3),
        "redelivered": burden.redelivered,
        "most_mib": burden.most_mib,
    }


async def drained(course: Course, count: int, say: Said) -> Drained:
    """Hand in ``count`` decisions as fast as NATS takes them and wait until all is quiet."""
    stack, story, first = course.stack, course.story, course.take(count)
    watching = asyncio.create_task(_most(stack))
    connection = await nats.connect(stack.nats_url)
    before = await _again(connection, stack)
    began = perf_counter()
    try:
        for start in range(first, first + count, LARGEST_BATCH):
            numbers = range(start, min(start + LARGEST_BATCH, first + count))
            facts = [Outgoing(uuid7(), "shenguan.intake.approval.v1.bench", {}, story.case(n)) for n in numbers]
            await publish(connection, "INTAKE", facts)
        await course.settled(say)
        seconds = perf_counter() - began
        again = await _again(connection, stack) - before
    finally:
        watching.cancel()
        await connection.close()
    return Drained(count / seconds, await watching, again)


async def _most(stack: Stack) -> dict[str, float]:
    """The most each service held, looked at until it is cancelled."""
    most = dict.fromkeys(stack.urls, 0.0)
    try:
        while True:
            most = {name: max(held, resident(stack.pid_of(name))) for name, held in most.items()}
            await asyncio.sleep(_LOOK)
    except asyncio.CancelledError:
        return {name: round(held, 1) for name, held in most.items()}


async def _again(connection: Client, stack: Stack) -> int:
    """Deliveries that were not the first of their message, counted while none came."""
    while True:
        delivered, received = await _delivered(connection, durables()), await _received(stack)
        if await _delivered(connection, durables()) == delivered:
            return delivered - received


async def _delivered(connection: Client, pairs: Sequence[tuple[str, str]]) -> int:
    """Deliveries so far, each counted: the server's own number of redeliveries forgets what was acknowledged since."""
    stream = connection.jetstream()
    infos = [await stream.consumer_info(name, durable_of(service, name)) for service, name in pairs]
    return sum(info.delivered.consumer_seq for info in infos if info.delivered)


async def _received(stack: Stack) -> int:
    """Rows of the inboxes: a message that came twice counted once."""
    total = 0
    for url in stack.superuser_urls.values():
        database = await asyncpg.connect(url)
        try:
            total += await database.fetchval("SELECT count(*) FROM inbox")
        finally:
            await database.close()
    return total
