"""What is past its term goes, batch by batch; what is young, open or not listed stays; the run is in the audit log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

import credit
from chassis import retention as module
from chassis.database import Connection
from chassis.owner import Owner
from chassis.retention import Retention, terms_of

pytestmark = pytest.mark.servers

MIGRATIONS = Path(credit.__file__).parent / "migrations"
AGES = (1, 400)


TRY = """
INSERT INTO hook_delivery (hook_id, event_id, fact, attempt, state, milliseconds, answer, again, at)
VALUES ($1, $2, 'f', 1, 'SENT', 1, '', false, $3)
"""


async def a_hook(connection: Connection) -> UUID:
    made = uuid4()
    await connection.execute(
        "INSERT INTO hook VALUES ($1, 'n', 'https://example.org', '{f}', '{}', '{}', '{}', 'ACTIVE', '', NULL, 'b', now(), 'b',"
        " now(), '')",
        made,
    )
    return made


async def rows_of(connection: Connection, table: str) -> int:
    return int(await connection.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - named by this test


async def test_only_what_is_settled_and_old_is_removed(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    await Owner("", database_url).prepare(MIGRATIONS)
    connection = await asyncpg.connect(database_url)
    hook = await a_hook(connection)
    for days in AGES:
        at = datetime.now(UTC) - timedelta(days=days)
        for n in range(5):
            key = f"{days}-{n}"
            await connection.execute("INSERT INTO idempotency VALUES ('r', $1, '', 200, 't', '', $2)", key, at)
            await connection.execute("INSERT INTO inbox VALUES ($1, 'c', 's', $2)", uuid4(), at)
        await connection.execute(
            "INSERT INTO published_range (stream, stream_created, first_seq, last_seq, event_ids, logged_from,"
            " published_at) VALUES ('S', now(), 1, 1, $1, now(), $2)",
            [uuid4()],
            at,
        )
        for redriven in (at, None):
            await connection.execute(
                "INSERT INTO dead_letter (id, consumer, subject, headers, payload, cause, detail, attempts, parked_at,"
                " redriven_at) VALUES ($1, 'c', 's', '{}', '', 'x', '{}', 1, $2, $3)",
                uuid4(),
                at,
                redriven,
            )
        await connection.execute(TRY, hook, uuid4(), at)
        await connection.execute("INSERT INTO event_log VALUES ($1, $2, 't', 's', 'a', '', '{}', '')", uuid4(), at)
    work = Retention(terms_of(), lambda content: content[:1])
    expected = {
        "idempotency": 5,
        "inbox": 5,
        "published_range": 1,
        "notice_delivery": 0,
        "dead_letter": 1,
        "hook_delivery": 1,
    }
    assert await work.due(connection) == expected
    assert await work.run(connection) == expected
    assert await work.due(connection) == dict.fromkeys(expected, 0)
    left = {table: await rows_of(connection, table) for table in (*expected, "event_log")}
    assert left == {
        "idempotency": 5,
        "inbox": 5,
        "published_range": 1,
        "notice_delivery": 0,
        "dead_letter": 3,
        "hook_delivery": 1,
        "event_log": 2,
    }
    (entry,) = await connection.fetch("SELECT * FROM audit_entry")
    assert entry["action"] == "retention"
    assert entry["code"] == "idempotency:5 inbox:5 published_range:1 dead_letter:1 hook_delivery:1"
    assert await connection.fetchval("SELECT count(*) FROM audit_pending") == 1
    await connection.close()
