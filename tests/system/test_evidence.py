"""The evidence of one case: asked of a whole stack by the command, believed by the script inside."""

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ops.stack import Stack
from tests.journey import CASE, INSPECTORS, SOURCE, WHOLE, bare_environment, journey

pytestmark = [pytest.mark.servers, pytest.mark.nightly, pytest.mark.timeout(400)]


async def test_a_whole_case_is_exported_and_verifies_offline(tmp_path: Path) -> None:
    file, state = tmp_path / "case.zip", tmp_path / "state"
    async with Stack.open(state, environment=bare_environment()) as stack:
        assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
        name = f"{SOURCE}:{CASE['case_id']}"
        exported = await shenguan("evidence", name, "--out", str(file), "--state", str(state), "--json")
        unknown = await shenguan("evidence", "nobody:knows", "--out", str(tmp_path / "no.zip"), "--state", str(state))
    assert exported.returncode == 0, exported.stderr
    assert json.loads(exported.stdout)["pending"] == 0
    assert unknown.returncode == 1
    assert not (tmp_path / "no.zip").exists()
    with zipfile.ZipFile(file) as packed:
        packed.extract("verify.py", tmp_path)
        events = [json.loads(line) for line in packed.read("events.ndjson").splitlines()]
        everything = b"".join(packed.read(each) for each in packed.namelist()).decode()
    assert {event["service"] for event in events} == {"approval", "supervision", "credit"}
    assert {"credit.grade.changed", "supervision.inspection.concluded"} <= {
        event["type"].removeprefix("cn.shenguan.").removesuffix(".v1") for event in events
    }
    assert not [person["name"] for person in INSPECTORS if person["name"] in everything]
    verified = await run(sys.executable, "-I", str(tmp_path / "verify.py"), str(file))
    assert verified.returncode == 0, verified.stdout
    assert f"events {len(events)}" in verified.stdout


async def shenguan(*arguments: str) -> subprocess.CompletedProcess[str]:
    return await run(str(Path(sys.executable).with_name("shenguan")), *arguments)


async def run(*command: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, check=False, timeout=150, env=bare_environment()
    )
