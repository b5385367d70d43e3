"""A whole stack is audited: what a superuser touches afterwards is named, also when the last rows go with their heads."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from ops.postgres import EmbeddedPostgres
from ops.services import database_name
from ops.stack import Stack
from tests.journey import WHOLE, bare_environment, journey

pytestmark = [pytest.mark.servers, pytest.mark.nightly]

SERVICES = ["approval", "console", "credit", "supervision"]


async def audited(state: Path) -> tuple[int, dict[str, Any]]:
    """What the command answers."""
    command = (
        sys.executable,
        "-c",
        "from ops.cli import main; main()",
        "audit",
        "verify",
        "--json",
        "--state",
        str(state),
    )
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return process.returncode or 0, json.loads(said)


async def superuser(stack: Stack, service: str) -> "asyncpg.Connection[Any]":
    keeper = stack._keepers["postgres"].kept
    assert isinstance(keeper, EmbeddedPostgres)
    url = urlsplit(keeper.admin_url())._replace(path=f"/{database_name(service)}").geturl()
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    return connection


async def witnessed(stack: Stack) -> None:
    """Wait until every service keeps a head of each other."""
    for service in SERVICES:
        connection = await superuser(stack, service)
        async with asyncio.timeout(60):
            heard = "SELECT count(DISTINCT service) FROM witnessed_head"
            while await connection.fetchval(heard) < len(SERVICES) - 1:  # noqa: ASYNC110 - other processes write it
                await asyncio.sleep(0.2)
        await connection.close()


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """Heads are signed when services stop, and heard by the others when they come back."""
    async with Stack.open(tmp_path / "state", environment=bare_environment()) as first:
        assert await journey(first.urls, first.nats_url, first.headers()) == WHOLE
    async with Stack.open(tmp_path / "state", environment=bare_environment()) as second:
        await witnessed(second)
        yield second


@pytest.mark.timeout(300)
async def test_a_stack_is_sound_until_a_superuser_touches_it(stack: Stack) -> None:
    code, said = await audited(stack.state.path)
    assert (code, said["ok"]) == (0, True)
    assert sorted(each["service"] for each in said["services"]) == SERVICES
    assert all(each["heads"] and each["witnesses"] and each["signatures_checked"] for each in said["services"])

    supervision = await superuser(stack, "supervision")
    asked = await supervision.fetch("SELECT action, kind FROM audit_entry WHERE request <> '' AND action LIKE 'POST %'")
    assert ("POST /api/v1/tasks/{task_id}:claim", "SYSTEM") in {tuple(row) for row in asked}
    await supervision.close()

    credit = await superuser(stack, "credit")
    event = await credit.fetchval("SELECT event_id FROM event_log ORDER BY logged_at LIMIT 1")
    await credit.execute("UPDATE event_log SET payload = payload || ' '::bytea WHERE event_id = $1", event)
    code, said = await audited(stack.state.path)
    bad = {each["service"]: each["bad"] for each in said["services"]}
    assert code == 1
    assert (bad["credit"]["table"], bad["credit"]["key"], bad["credit"]["what"]) == ("event_log", str(event), "changed")
    assert bad["approval"] is None
    await credit.close()

    approval = await superuser(stack, "approval")
    last = await approval.fetchval("SELECT min(block) FROM audit_head")
    await approval.execute("DELETE FROM audit_head")
    await approval.execute(
        "DELETE FROM audit_entry WHERE id IN (SELECT unnest(entries) FROM audit_block WHERE no >= $1)", last
    )
    await approval.execute("DELETE FROM audit_leaf")
    await approval.execute("DELETE FROM audit_block WHERE no >= $1", last)
    vouched = "SELECT substr(unnest(refs), 11) FROM audit_entry"
    await approval.execute(f"DELETE FROM event_log WHERE event_id::text NOT IN ({vouched})")  # noqa: S608 - constant
    await approval.close()
    code, said = await audited(stack.state.path)
    bad = {each["service"]: each["bad"] for each in said["services"]}
    found = bad["approval"]
    assert (found["table"], found["key"]) == ("audit_block", str(last)), found
    assert found["what"] in {"deleted", "changed"}, "the service may have written another block of that number"
