"""A healthy stack passes its examination; three troubles planted in it are named with what to do, by the command."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import nats
import pytest

from ops.stack import Stack
from tests.journey import bare_environment

pytestmark = [pytest.mark.servers, pytest.mark.nightly]

DURABLE = "APPROVAL.supervision-from-approval"


async def examined(state: Path) -> tuple[int | None, list[dict[str, Any]]]:
    """``shenguan doctor`` on a stack: its exit code and its findings."""
    program = [sys.executable, "-c", "from ops.cli import main; main()", "doctor", "--state", str(state), "--json"]
    environment = bare_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = await asyncio.create_subprocess_exec(
        *program, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment
    )
    said, why = await running.communicate()
    assert said, why.decode()
    return running.returncode, json.loads(said)["findings"]


async def held(connection: Any, insert: str) -> Any:
    """A queued row that is locked before the relay comes for it, and the transaction that holds it."""
    while True:
        event_id = uuid4()
        await connection.execute(insert, event_id)
        holding = connection.transaction()
        await holding.start()
        if await connection.fetch("SELECT id FROM outbox WHERE event_id = $1 FOR UPDATE", event_id):
            return holding
        await holding.rollback()


async def test_a_healthy_stack_passes_and_planted_troubles_are_named() -> None:
    async with Stack.open(temporary=True, environment=bare_environment()) as stack:
        code, findings = await examined(stack.state.path)
        assert code == 0, [each for each in findings if each["level"] == "BAD"]
        checked = {each["code"] for each in findings}
        assert not [each for each in findings if "could not be checked" in each["en"]]
        assert {each["code"] for each in findings if each["level"] == "WARN"} <= {"backup", "calendar", "disk"}

        credit = await asyncpg.connect(stack.superuser_urls["credit"])
        await credit.execute(
            "INSERT INTO dead_letter (id, consumer, subject, headers, payload, cause, detail, attempts)"
            " VALUES ($1, 'credit-from-supervision', 's', '{}', '', 'unreadable', '{}', 1)",
            uuid4(),
        )
        # Of an event the log does not have the relay isolates the pointer; what somebody holds it passes over, which grows old.
        lost = "INSERT INTO outbox (event_id, logged_at) VALUES ($1, clock_timestamp() - interval '1 hour')"
        await credit.execute(lost, uuid4())
        async with asyncio.timeout(30):
            while not await credit.fetchval("SELECT count(*) FROM outbox WHERE isolated"):  # noqa: ASYNC110 - another process does it
                await asyncio.sleep(0.2)
        holding = await held(credit, lost)
        client = await nats.connect(stack.nats_url)
        await client.request(f"$JS.API.CONSUMER.PAUSE.{DURABLE}", b'{"pause_until": "2099-01-01T00:00:00Z"}')
        await client.close()

        code, findings = await examined(stack.state.path)
        await holding.rollback()
        await credit.close()
        bad = {(each["code"], each["about"]) for each in findings if each["level"] == "BAD"}
        assert code == 1
        queued = {("outbox-old", "credit"), ("outbox-isolated", "credit")}
        assert bad == queued | {("dead-letters", "credit"), ("nats-streams", DURABLE.split(".")[1])}
        assert all(each["remedy_zh"] and each["remedy_en"] for each in findings if each["level"] != "OK")
        assert {each["code"] for each in findings} == checked
