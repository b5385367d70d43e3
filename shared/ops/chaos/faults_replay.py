"""Faults of delivery (投递故障): every event again and again under new message ids, and some of them out of order (F15)."""

import json
from dataclasses import dataclass
from uuid import uuid4

import asyncpg
from nats.aio.client import Client

from chassis.publisher import LARGEST_BATCH, Outgoing, publish
from contracts import topology
from ops.chaos.row import Ground, Report
from ops.chaos.streams import connected
from ops.chaos.trial import Trial

_COPIES = 5
_ROUNDS = 7


@dataclass(frozen=True)
class Replayed:
    """Every event again and again under new message ids, in any order, and some before the original."""

    name: str
    told: tuple[str, str]
    own_stack: bool = False

    async def run(self, ground: Ground) -> Report:
        """Hold one in four back from the relays; publish copies of those and of the others, shuffled."""
        return await Trial(self.name, ground, await ground.stack(), seconds=16).run(self._nemesis)

    async def _nemesis(self, trial: Trial) -> None:
        remainder = trial.random.randrange(4)
        urls = trial.stack.superuser_urls
        for service, url in urls.items():
            await _execute(url, _HOLD.format(remainder=remainder))
            trial.fault(f"{service} 的四分之一事件被扣住", f"one in four events of {service} is held back")
        copied: set[str] = set()
        try:
            async with connected(trial.stack.nats_url) as client:
                for number in range(_ROUNDS):
                    await trial.reached(number, _ROUNDS)
                    for service, url in urls.items():
                        await self._again(trial, client, service, url, copied)
        finally:
            for url in urls.values():
                await _execute(url, _RELEASE)

    async def _again(self, trial: Trial, client: Client, service: str, url: str, copied: set[str]) -> None:
        rows = [row for row in await _rows(url, trial.source) if str(row["event_id"]) not in copied]
        copied |= {str(row["event_id"]) for row in rows}
        copies = [_copy(row) for row in rows for _ in range(_COPIES)]
        trial.random.shuffle(copies)
        for start in range(0, len(copies), LARGEST_BATCH):
            await publish(client, topology.stream_of(service), copies[start : start + LARGEST_BATCH])
        if copies:
            trial.fault(
                f"{service} 的 {len(rows)} 个事件各重发 {_COPIES} 次", f"{len(rows)} events of {service} × {_COPIES}"
            )


_HOLD = """
CREATE OR REPLACE FUNCTION chaos_hold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.isolated := get_byte(uuid_send(NEW.event_id), 15) % 4 = {remainder}; RETURN NEW; END $$;
CREATE TRIGGER chaos_hold BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION chaos_hold()
"""
_RELEASE = """
DROP TRIGGER chaos_hold ON outbox; DROP FUNCTION chaos_hold; UPDATE outbox SET isolated = false
"""
_LOGGED = "SELECT event_id, subject, headers, payload FROM event_log WHERE source_system = $1"


def _copy(row: asyncpg.Record) -> Outgoing:
    headers = json.loads(row["headers"]) | {"Nats-Msg-Id": str(uuid4())}
    return Outgoing(row["event_id"], row["subject"], headers, row["payload"])


async def _rows(url: str, source: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        rows: list[asyncpg.Record] = await connection.fetch(_LOGGED, source)
        return rows
    finally:
        await connection.close()


async def _execute(url: str, statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statements)
    finally:
        await connection.close()
