"""Planted faults (预置差错): a loss, a duplicate, a ghost and a tampered row made by hand; the checker must name each.

A checker that has never found anything proves nothing. Made as the databases' superuser on a stack that was quiet and
sound a moment before; triggers and rights that would forbid it to anybody else are left aside. Tampering must be found
by the audit chain as well.
"""

from collections.abc import Awaitable, Callable

import asyncpg

from ops.chaos.audit import audit_ok
from ops.chaos.checker import Verdict, checked
from ops.chaos.row import Ground
from ops.chaos.trial import Trial

PLANTED = 4
_EVENTS = 200
_NAME = "planted"

Plant = Callable[[asyncpg.Connection, Trial], Awaitable[str]]
"""Does the damage in one database and answers the key by which it must be named."""


async def planted_found(ground: Ground) -> int:
    """How many of the four the checker names, after it found nothing."""
    trial = Trial(_NAME, ground, await ground.stack(), seconds=2, events=_EVENTS)
    report = await trial.run(_nothing)
    if not report.clean:
        return 0
    found = 0
    for word, service, plant in (
        ("lost", "supervision", _loss),
        ("duplicated", "credit", _duplicate),
        ("ghost", "approval", _ghost),
        ("tampered", "approval", _tampering),
    ):
        key = await _plant(trial.stack.superuser_urls[service], trial, plant)
        verdict = checked(trial.ledger, await trial.observe())
        named = _names(verdict, word, key) and (word != "tampered" or not await audit_ok(trial.stack.superuser_urls))
        found += named
        ground.say(
            f"预置 {word}：{'查出' if named else '没有查出'}", f"planted {word} {key}: {'found' if named else 'MISSED'}"
        )
    return found


async def _nothing(_trial: Trial) -> None:
    """No fault: what is planted must be all that is wrong."""


async def _plant(url: str, trial: Trial, plant: Plant) -> str:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        return await plant(connection, trial)
    finally:
        await connection.close()


def _names(verdict: Verdict, word: str, key: str) -> bool:
    keys: list[str] = getattr(verdict, word)
    return any(each.endswith(key) for each in keys)


async def _loss(connection: asyncpg.Connection, trial: Trial) -> str:
    step = trial.random.choice(list(trial.ledger.decisions.values()))
    await connection.execute(
        "DELETE FROM applied_decision WHERE source_system = $1 AND case_id = $2", trial.source, step.name
    )
    return f"{step.name} v{step.version} {step.outcome}"


async def _duplicate(connection: asyncpg.Connection, trial: Trial) -> str:
    name = trial.random.choice([step.name for step in trial.ledger.inspections.values() if step.failed])
    changed = {"record_id": "gen_random_uuid()", "number": "number || '-2'"}
    await _copy(connection, "credit_record", changed, f"source_system = '{trial.source}' AND inspection_no = '{name}'")
    return name


async def _ghost(connection: asyncpg.Connection, trial: Trial) -> str:
    changed = {"case_id": "'NEVER-SENT'", "object_version": "object_version + 1000"}
    (step, *_) = trial.ledger.decisions.values()
    await _copy(connection, "decision", changed, f"source_system = '{trial.source}' AND case_id = '{step.name}'")
    return f"NEVER-SENT v{step.version + 1000}"


async def _tampering(connection: asyncpg.Connection, trial: Trial) -> str:
    """One byte more, which no reader of JSON would notice."""
    rows = await connection.fetch("SELECT event_id FROM event_log WHERE source_system = $1", trial.source)
    event_id = trial.random.choice(sorted(row["event_id"] for row in rows))
    await connection.execute("UPDATE event_log SET payload = payload || '\\x20'::bytea WHERE event_id = $1", event_id)
    return str(event_id)


async def _copy(connection: asyncpg.Connection, table: str, changed: dict[str, str], which: str) -> None:
    """A row once more with some members changed; the database's own numbers are its own."""
    rows = await connection.fetch(
        "SELECT column_name AS name FROM information_schema.columns "
        "WHERE table_name = $1 AND table_schema = 'public' AND is_identity = 'NO' AND is_generated = 'NEVER'",
        table,
    )
    names = [row["name"] for row in rows]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    # Names are the database's, values our own constants.
    await connection.execute(f"INSERT INTO {table} ({quoted}) SELECT {values} FROM {table} WHERE {which}")  # noqa: S608
