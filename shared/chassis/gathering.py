"""Gathering (汇聚): which streams below the gathered ones were read from, so that one that was made anew is read anew.

A gathered stream goes on behind the number it has. A stream below that was lost counts from one again, and what it told
under numbers already passed would never come (measured). So the creation time of the durable that feeds us is kept with
the gathered stream: a different one means that everything is read again, and inboxes know what they had.
"""

import json
from collections.abc import Mapping, Sequence
from secrets import token_hex

from nats.aio.client import Client
from nats.errors import Error as NatsError

from contracts.uplink import answered_to, domain_of, uplink_of

_PATIENCE = 3.0
_MARK = "uplink-"


async def origins(connection: Client, stream: str, regions: Sequence[str]) -> dict[str, str]:
    """Mark of a region → when the durable that feeds ``stream`` from there was made; without those that do not answer."""
    found = {f"{_MARK}{region}": await _created(connection, stream, region) for region in regions}
    return {mark: created for mark, created in found.items() if created}


def outdated(kept: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether a gathered stream was read from durables that are no longer those of ``now``."""
    return any(kept.get(mark) != created for mark, created in now.items())


async def _created(connection: Client, stream: str, region: str) -> str:
    domain = domain_of(region)
    answer = answered_to(domain, token_hex(8))
    subscription = await connection.subscribe(answer, max_msgs=1)
    await connection.publish(f"$JS.{domain}.API.CONSUMER.INFO.{stream}.{uplink_of(stream)}", reply=answer)
    try:
        answered = await subscription.next_msg(timeout=_PATIENCE)
    except NatsError:
        await subscription.unsubscribe()
        return ""
    # Without any data it is the own server that says: nobody there listens.
    return str(json.loads(answered.data).get("created", "")) if answered.data else ""
