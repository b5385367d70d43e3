"""The limits (极限): what PostgreSQL and JetStream take from one Python process, each alone, as durable as the servers are.

Rows: asyncpg, 256 to a statement by unnest, ON CONFLICT DO NOTHING, one commit each. Messages of 350 bytes: atomic
batches of 1000 with one acknowledgement; continuous pull with one acknowledgement per message. `--chains` says how many
of each. Nothing that writes and publishes can be faster than these allow.
"""

from time import monotonic
from typing import Any

import asyncpg
import uvloop
from nats.aio.client import Client
from uuid_utils.compat import uuid7

from benchmarks.jetstream import BATCH, LARGEST_BATCH, Pull, connect, publish, streams
from benchmarks.measuring import Asked, Processor, asked, databases, tell

_TABLE = "CREATE TABLE row (id uuid PRIMARY KEY, case_id text NOT NULL, state text NOT NULL, payload bytea NOT NULL)"
_INSERT = """
INSERT INTO row SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[]) ON CONFLICT DO NOTHING
"""
_BODY = bytes(350)


async def inserted(url: str, rows: int) -> float:
    """Rows a second."""
    connection = await asyncpg.connect(url)
    start = monotonic()
    for first in range(0, rows, BATCH):
        size = min(BATCH, rows - first)
        names = [f"C{first + n:09d}" for n in range(size)]
        await connection.execute(_INSERT, [uuid7() for _ in names], names, ["PENDING"] * size, [_BODY] * size)
    took = monotonic() - start
    there = await connection.fetchval("SELECT count(*) FROM row")
    await connection.close()
    return rows / took if there == rows else 0.0


async def published(broker: Client, subject: str, messages: int) -> float:
    """Messages a second, onto the stream."""
    start = monotonic()
    for first in range(0, messages, LARGEST_BATCH):
        numbers = range(first, min(first + LARGEST_BATCH, messages))
        await publish(broker, [(subject, _BODY, str(number)) for number in numbers])
    return messages / (monotonic() - start)


async def pulled(broker: Client, stream: str, durable: str, messages: int) -> float:
    """Messages a second, from the stream, until the server has every acknowledgement."""
    pull = Pull(broker, stream, durable)
    await pull.start()
    start, seen = monotonic(), 0
    while seen < messages:
        batch = await pull.next()
        seen += len(batch)
        await pull.acknowledge(batch)
    await broker.flush()
    return messages / (monotonic() - start)


async def run(asked_for: Asked) -> dict[str, Any]:
    """Measure each once; an amount of nothing told twice or lost is checked by the counts."""
    count = asked_for.chains
    processor = Processor([])
    async with databases(asked_for.postgres, {"limits": _TABLE}) as urls:
        rows = await inserted(urls["limits"], count)
    async with streams(asked_for.nats, {"limits": {"reader": (">",)}}) as prefix:
        broker = await connect(asked_for.nats)
        told = await published(broker, f"{prefix}.limits.told", count)
        heard = await pulled(broker, f"{prefix}-limits", "reader", count)
        left = (await broker.jetstream().consumer_info(f"{prefix}-limits", "reader")).num_pending
        await broker.close()
    if not rows or left:
        raise RuntimeError("what was written is not what is there")
    return {
        "chains": count,
        "insert_rows_per_s": round(rows),
        "publish_msgs_per_s": round(told),
        "pull_msgs_per_s": round(heard),
        **processor.spent(count),
    }


if __name__ == "__main__":
    tell(uvloop.run(run(asked(__doc__ or ""))))
