"""A sealing key is turned on a running stack: by command, while cases come in, and nobody is lost."""

import asyncio
import json
import os
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.stack import Stack
from tests.journey import SOURCE, TODAY, bare_environment

pytestmark = [pytest.mark.servers, pytest.mark.nightly]

NEW = f"2026a:{b64encode(b'n' * 32).decode()}"
ITEM = {"item_code": "KEYS", "name": "食品经营许可", "department": "D1"}


async def keys(state: Path, *command: str) -> tuple[int | None, dict[str, Any]]:
    """``shenguan keys …`` on a stack: its exit code and its document."""
    program = [sys.executable, "-c", "from ops.cli import main; main()", "keys", *command, "--state", str(state)]
    environment = bare_environment() | {"PYTHONPATH": os.pathsep.join(sys.path)}
    running = await asyncio.create_subprocess_exec(
        *program, "--json", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment
    )
    said, why = await running.communicate()
    assert said, why.decode()
    return running.returncode, json.loads(said)


async def register(http: httpx.AsyncClient, first: int, last: int) -> None:
    """Persons of their own numbers, one case each."""
    lines = [
        {
            "source_system": SOURCE,
            "case_id": f"K{n}",
            "kind": "NEW",
            "item_code": ITEM["item_code"],
            "region": "640202",
            "decided_on": TODAY,
            "subject": {"id_type": "099", "id_no": f"G{n:07}", "kind": "PERSON", "name": f"某人{n}"},
            "object": {"object_no": f"K{n}"},
        }
        for n in range(first, last)
    ]
    answer = await http.post("/api/v1/cases:batch", content=b"\n".join(json.dumps(line).encode() for line in lines))
    assert {json.loads(line)["status"] for line in answer.text.splitlines()} == {201}, answer.text


async def test_a_key_is_turned_while_cases_come_in_and_everybody_is_still_revealed(tmp_path: Path) -> None:
    state = tmp_path / "stack"
    async with Stack.open(state, environment=bare_environment()) as stack:
        async with httpx.AsyncClient(
            base_url=stack.urls["approval"], headers=stack.headers(), timeout=60, trust_env=False
        ) as http:
            (await http.post("/api/v1/items:batch", content=json.dumps(ITEM).encode())).raise_for_status()
            await register(http, 0, 300)
        assert (await keys(state, "status"))[0] == 0
    turned = bare_environment() | {"SHENGUAN_SEALING_KEYS": NEW, "SHENGUAN_SEALING_CIPHER": "SM4-GCM"}
    async with (
        Stack.open(state, environment=turned) as stack,
        httpx.AsyncClient(
            base_url=stack.urls["approval"], headers=stack.headers(), timeout=60, trust_env=False
        ) as http,
    ):
        code, before = await keys(state, "status")
        assert (code, before["left"], before["services"]["approval"]["keys"]) == (1, 600, {"2026a": 0, "identity": 600})
        _, (code, after) = await asyncio.gather(register(http, 300, 400), keys(state, "rotate", "--batch", "50"))
        approval = after["services"]["approval"]
        assert (code, after["left"], approval["resealed"], approval["unreadable"]) == (0, 0, 600, 0)
        assert (await keys(state, "status"))[1]["services"]["approval"]["keys"] == {"2026a": 800, "identity": 0}
        for n in (0, 299, 300, 399):
            (found,) = (await http.post("/api/v1/subjects:query", json={"id_no": f"G{n:07}"})).json()["items"]
            why = {"by": "clerk-1", "purpose": "DELIVERY", "reason": "送达决定书"}
            shown = (await http.post(f"/api/v1/subjects/{found['reference']}:reveal", json=why)).json()
            assert (shown["id_no"], shown["name"]) == (f"G{n:07}", f"某人{n}")
