"""`shenguan load`: cases by HTTP and by NATS on a stack that others run, named by its folder or by the environment."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path
from typing import Any

import httpx
import pytest

from ops.services import variable
from ops.stack import Stack
from tests.journey import CATALOGUE, bare_environment

pytestmark = pytest.mark.servers

COMMAND = (str(Path(sys.executable).with_name("shenguan")), "load", "--cases", "60", "--seconds", "1", "--seed", "7")


async def load(folder: Path, *words: str, **environment: str) -> tuple[int, str, dict[str, Any]]:
    """Run it in a folder of its own: exit code, what it told, its figures."""
    file = folder / "load.json"
    command = [*COMMAND, *words, "--json", str(file)]
    ended = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=bare_environment() | environment, stdout=DEVNULL, stderr=PIPE
    )
    _, said = await ended.communicate()
    figures = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    file.unlink(missing_ok=True)
    return ended.returncode or 0, said.decode(), {name: figure for name, figure in figures.items() if name != "seconds"}


async def test_half_comes_by_http_half_by_nats_and_a_second_time_nothing_is_new(tmp_path: Path) -> None:
    async with Stack.open(temporary=True, environment=bare_environment(), usual_ports=False) as stack:
        code, said, first = await load(tmp_path, "--state", str(stack.state.path))
        assert code == 0, said
        assert (first["decisions"], first["lost"], first["duplicated"], first["dead_letters"]) == (60, 0, 0, 0)
        assert first["credit_records"] >= 30

        named = {variable(service, "URL"): url for service, url in stack.urls.items()}
        code, said, _ = await load(tmp_path, **named)
        assert (code, "SHENGUAN_NATS_URL, SHENGUAN_TOKEN" in said) == (2, True)
        token = stack.headers()["Authorization"].removeprefix("Bearer ")
        named |= {"SHENGUAN_NATS_URL": stack.nats_url, "SHENGUAN_TOKEN": token}
        code, said, second = await load(tmp_path, **named)
        assert code == 0, said
        assert second == first

        await publish(stack)
        code, said, _ = await load(tmp_path, **named)
        assert (code, "the catalogue journey-1 is in force" in said) == (2, True)


async def publish(stack: Stack) -> None:
    """Somebody's own catalogue."""
    async with httpx.AsyncClient(base_url=stack.urls["supervision"], headers=stack.headers(), trust_env=False) as http:
        item = {"item_code": "JOURNEY", "name": "食品经营许可", "department": "DEMO-FOOD"}
        answer = await http.post(f"{stack.urls['approval']}/api/v1/items:batch", content=json.dumps(item))
        assert answer.is_success
        path = "/api/v1/catalogue-versions"
        (await http.post(path, json=CATALOGUE)).raise_for_status()
        for verb, by in (("submit", "journey-drafter"), ("publish", "journey-publisher")):
            (await http.post(f"{path}/journey-1:{verb}", json={"by": by})).raise_for_status()


async def test_without_a_stack_it_says_what_to_name(tmp_path: Path) -> None:
    code, said, _ = await load(tmp_path, PATH=os.environ["PATH"])
    assert code == 2
    assert "shenguan up" in said
