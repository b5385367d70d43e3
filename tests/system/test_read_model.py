"""The console's read model can be dropped and rebuilt from what the services told, to the same digest."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from console.store.groups import TABLES
from contracts.uplink import goes_up
from kernel.role import Role
from ops.issuer import Issuer, signed_in
from ops.stack import Stack
from tests.journey import WHOLE, bare_environment, journey

pytestmark = pytest.mark.servers


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    async with Stack.open(tmp_path / "state", environment=bare_environment(), usual_ports=False) as opened:
        assert await journey(opened.urls, opened.nats_url, opened.headers()) == WHOLE
        await settled(opened)
        yield opened


async def settled(stack: Stack) -> None:
    """Wait until the console heard everything."""
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False) as client, asyncio.timeout(60):
        while not all([(await client.get(f"{url}/ops/v1/status")).json()["settled"] for url in stack.urls.values()]):  # noqa: ASYNC110 - other processes do it
            await asyncio.sleep(0.2)


async def commanded(stack: Stack, *words: str) -> tuple[int, dict[str, Any], str]:
    """What a command of the console answers, and what it says on the way."""
    return await run(stack, "console", *words, "--url", stack.urls["console"])


async def run(stack: Stack, *words: str) -> tuple[int, dict[str, Any], str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from ops.cli import main; main()", *words, "--json"),
        env=os.environ | {"SHENGUAN_TOKEN": stack.headers()["Authorization"].removeprefix("Bearer ")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, told = await process.communicate()
    return process.returncode or 0, json.loads(said) if said else {}, told.decode()


@pytest.mark.timeout(300)
async def test_a_rebuilt_read_model_is_the_same_to_the_digest(stack: Stack) -> None:
    _, before, _ = await commanded(stack, "rebuild", "--digest")
    assert {table for table, rows in before["rows"].items() if not rows} == {"department_line"}, "nobody told one here"
    code, after, told = await commanded(stack, "rebuild")
    assert (code, after["rows"], after["sha256"], after["refused"]) == (0, before["rows"], before["sha256"], [])
    assert [service for service in stack.urls if f"{service}: " in told] == ["approval", "supervision", "credit"]

    database = await asyncpg.connect(stack.superuser_urls["console"])
    await database.execute("UPDATE task_line SET state = 'CLAIMED'")
    await database.execute("DELETE FROM told")
    await database.close()
    assert (await commanded(stack, "rebuild", "--digest"))[1]["sha256"] != before["sha256"]
    assert (await commanded(stack, "rebuild"))[1]["sha256"] == before["sha256"]


@pytest.mark.timeout(300)
async def test_what_a_service_did_not_sign_is_not_believed(stack: Stack) -> None:
    credit = await asyncpg.connect(stack.superuser_urls["credit"])
    await credit.execute("SET session_replication_role = replica")
    await credit.execute("UPDATE event_log SET payload = payload || ' '::bytea WHERE type LIKE '%grade.changed%'")
    await credit.close()
    code, after, told = await commanded(stack, "rebuild")
    assert (code, len(after.get("refused", ()))) == (1, 1), (after, told)
    assert after["refused"][0].startswith("credit: ")


@pytest.mark.timeout(300)
async def test_what_a_level_below_sends_again_is_heard_once_and_nothing_that_is_not_signed(
    stack: Stack, tmp_path: Path
) -> None:
    before = (await commanded(stack, "rebuild", "--digest"))[1]
    urls = [word for name in ("approval", "supervision", "credit") for word in ("--url", f"{name}={stack.urls[name]}")]
    code, sent, told = await run(stack, "resend", str(tmp_path / "again"), "--since", "2026-01-01", *urls)
    assert code == 0, told
    lines = [json.loads(line) for file in (tmp_path / "again").iterdir() for line in file.read_text().splitlines()]
    assert {line["headers"]["ce-type"] for line in lines} <= set(goes_up())
    assert len(lines) == sum(sent["events"].values())
    assert (await run(stack, "resend", str(tmp_path / "again"), "--since", "2026-01-01", *urls))[0] == 2

    database = await asyncpg.connect(stack.superuser_urls["console"])
    for table in (*TABLES, "inbox"):
        await database.execute(f"DELETE FROM {table}")  # noqa: S608 - constants of the store
    for _ in range(2):
        code, heard, told = await commanded(stack, "hear", str(tmp_path / "again"))
        assert (code, heard) == (0, {"events": len(lines), "refused_count": 0, "refused": []}), told
        assert (await commanded(stack, "rebuild", "--digest"))[1]["sha256"] == before["sha256"]
        assert await database.fetchval("SELECT count(*) FROM inbox") == len(lines)
    await database.close()

    line = json.loads((tmp_path / "again" / "approval.ndjson").read_text().splitlines()[0])
    unsigned = line | {"headers": {name: said for name, said in line["headers"].items() if name != "ce-signature"}}
    elsewhere = line | {"headers": line["headers"] | {"ce-source": "/gov/640205/approval"}}
    (tmp_path / "spoilt").mkdir()
    for name, spoilt in (("approval", [unsigned, elsewhere]), ("credit", [line])):
        text = "".join(json.dumps(each) + "\n" for each in spoilt)
        (tmp_path / "spoilt" / f"{name}.ndjson").write_text(text)
    code, heard, told = await commanded(stack, "hear", str(tmp_path / "spoilt"))
    assert (code, heard["events"], heard["refused_count"]) == (1, 0, 3), (heard, told)
    assert (await commanded(stack, "hear", str(tmp_path)))[0] == 2


@pytest.mark.timeout(300)
async def test_only_who_runs_the_stack_rebuilds(stack: Stack) -> None:
    for role in (Role.SUPERVISOR, Role.LINKAGE_OFFICE):
        headers = signed_in(Issuer(stack.state).token("somebody", kind="PERSON", roles=[role]))
        async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
            assert (await client.post(f"{stack.urls['console']}/ops/v1/read-model:rebuild")).status_code == 403
            heard = f"{stack.urls['console']}/ops/v1/read-model:hear?service=approval"
            assert (await client.post(heard, content=b"")).status_code == 403
            assert (await client.post(f"{stack.urls['approval']}/ops/v1/events:resend", json={})).status_code == 403


@pytest.mark.timeout(300)
async def test_of_a_case_another_department_sees_what_names_no_department(stack: Stack) -> None:
    told = {}
    for department in ("DEMO-FOOD", "DEMO-FIRE"):
        token = Issuer(stack.state).token("officer", kind="PERSON", roles=[Role.SUPERVISOR], departments=[department])
        async with httpx.AsyncClient(headers=signed_in(token), trust_env=False) as client:
            case = (await client.get(f"{stack.urls['console']}/api/v1/cases")).json()["items"][0]
            trace = await client.get(
                f"{stack.urls['console']}/api/v1/cases/{case['source_system']}/{case['case_id']}/trace"
            )
        told[department] = {line["fact"] for line in trace.json()}
    assert {"approval.case.decided", "supervision.task.created", "credit.grade.changed"} <= told["DEMO-FOOD"]
    assert told["DEMO-FIRE"] == told["DEMO-FOOD"] - {fact for fact in told["DEMO-FOOD"] if "task" in fact} - {
        "supervision.inspection.concluded",
        "credit.record.added",
    }
