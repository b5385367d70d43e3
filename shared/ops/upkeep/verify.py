"""Verify (核验): whether databases that belong together agree, and whether their audit chains are whole.

Run after every restore, and on a running stack whenever somebody asks.
"""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from chassis.audit.verify import verify as verify_chain
from chassis.database import Connection
from ops.archive.standing import stand_in
from ops.failure import CannotRun
from ops.keeper import Say
from ops.upkeep.divergence import Unknown, unknown_events

SHOWN = 20
_COUNTED = {
    "dead_letters": "SELECT count(*) FROM dead_letter WHERE redriven_at IS NULL",
    "outbox": "SELECT count(*) FROM outbox",
    "waiting": "SELECT count(*) FROM waiting",
    "events": "SELECT count(*) FROM event_log",
}


@dataclass
class Verdict:
    """What was found. ``unknown``: the first events applied somewhere that their sender does not know."""

    unknown: list[Unknown] = field(default_factory=list)
    unknown_count: int = 0
    broken: dict[str, str] = field(default_factory=dict)
    """Service → the first bad row of its audit chain."""
    counted: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Nothing diverges and every chain is whole."""
        return not self.unknown_count and not self.broken

    def document(self) -> dict[str, Any]:
        """For machines."""
        return {
            "sound": self.sound,
            "unknown_events": self.unknown_count,
            "first_unknown": [[u.listener, u.sender, u.event_id] for u in self.unknown],
            "broken_chains": self.broken,
            "services": self.counted,
        }


async def verify(owners: Mapping[str, str], say: Say, archives: Sequence[Path] = ()) -> Verdict:
    """Compare the databases ``owners`` (service → owner's URL); months that left them are read from ``archives``.

    Raises CannotRun: one does not answer, or an archive cannot be read.
    """
    verdict = Verdict()
    async with AsyncExitStack() as leaving:
        connections: dict[str, Connection] = {}
        for service, url in owners.items():
            connections[service] = await _connected(service, url)
            leaving.push_async_callback(connections[service].close)
            await stand_in(connections[service], service, archives)
        say("正在比对收件箱与发出方的事件日志", "comparing inboxes with their senders' event logs")
        async for unknown in unknown_events(connections):
            verdict.unknown_count += 1
            verdict.unknown += [unknown][: SHOWN - len(verdict.unknown)]
        for service, connection in connections.items():
            say(f"正在核验 {service} 的审计链", f"verifying the audit chain of {service}")
            bad = (await verify_chain(connection, service)).bad
            if bad is not None:
                verdict.broken[service] = str(bad)
            verdict.counted[service] = {what: await connection.fetchval(sql) for what, sql in _COUNTED.items()}
    return verdict


def told(verdict: Verdict) -> Sequence[str]:
    """For people, in both languages."""
    lines = [
        f"{service}: 事件 events {figures['events']:,} · 待发布 outbox {figures['outbox']} · 等待 waiting"
        f" {figures['waiting']} · 死信 dead letters {figures['dead_letters']}"
        for service, figures in verdict.counted.items()
    ]
    lines += [
        f"{u.listener} 处理过 {u.sender} 的事件 {u.event_id}，而 {u.sender} 没有它 / applied by {u.listener}, unknown to {u.sender}"
        for u in verdict.unknown
    ]
    if verdict.unknown_count > len(verdict.unknown):
        lines.append(f"… 共 {verdict.unknown_count} 个 / in all")
    lines += [f"{service} 的审计链断裂 / its audit chain is broken: {bad}" for service, bad in verdict.broken.items()]
    lines.append("一致 / sound" if verdict.sound else "有分歧 / divergent")
    return lines


async def _connected(service: str, url: str) -> Connection:
    try:
        return await asyncpg.connect(url)
    except (OSError, asyncpg.PostgresError) as fault:
        raise CannotRun(
            zh=f"连不上 {service} 的数据库：{fault}", en=f"the database of {service} does not answer: {fault}"
        ) from fault
