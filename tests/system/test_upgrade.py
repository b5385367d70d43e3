"""The data of an earlier release under today's program: handed to the owner, migrated, unchanged, and work goes on."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx
import pytest

from chassis.audit.verify import verify as verify_chain
from ops import county_play
from ops.county import county
from ops.county_story import FOOD, Decide, claim, inspect
from ops.postgres import EmbeddedPostgres
from ops.reconcile import Reconciliation
from ops.reconcile_command import reconciled
from ops.replay.sender import Sender
from ops.services import database_name
from ops.stack import Stack
from ops.state_folder import StateFolder, temporary_folder, write_private
from ops.upkeep.postgres_tools import run_tool
from tests.journey import bare_environment

pytestmark = [pytest.mark.servers, pytest.mark.nightly]

RELEASES = sorted((Path(__file__).parents[1] / "data" / "releases").iterdir())
SERVICES = ("approval", "supervision", "credit")
_COUNTED = ("event_log", "inbox")


def figures_of(outcome: Reconciliation) -> dict[str, Any]:
    return {name: figure for name, figure in outcome.figures.items() if name != "seconds"}


async def bring(release: Path, folder: StateFolder) -> dict[str, dict[str, int]]:
    """The dumps as that release left them: every table is the service's own role's. Answers rows by service."""
    server = EmbeddedPostgres(folder, usual_port=0)
    await server.start()
    counted: dict[str, dict[str, int]] = {}
    try:
        for service in SERVICES:
            name = database_name(service)
            await server.database(name)
            tables = ("--no-owner", "--no-privileges", "--exit-on-error", f"--role={name}")
            admin = await asyncpg.connect(server.admin_url(name))
            await admin.execute(f'GRANT CREATE ON SCHEMA public TO "{name}"')
            await run_tool("pg_restore", *tables, str(release / f"{service}.dump"), url=server.admin_url(name))
            owners = await admin.fetch("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
            assert [row["tableowner"] for row in owners] == [name]
            await admin.close()
            counted[service] = await counts(server.admin_url(name))
    finally:
        await server.stop()
    return counted


async def counts(url: str) -> dict[str, int]:
    connection = await asyncpg.connect(url)
    try:
        return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in _COUNTED}  # noqa: S608 - ours
    finally:
        await connection.close()


async def states(urls: Mapping[str, str], headers: Mapping[str, str], source: str) -> dict[str, int]:
    async with httpx.AsyncClient(base_url=urls["supervision"], headers=headers, trust_env=False) as http:
        answer = await http.get("/api/v1/tasks", params={"source_system": source, "limit": 200})
        return dict(sorted(Counter(task["state"] for task in answer.raise_for_status().json()["items"]).items()))


async def rebuild(stack: Stack) -> None:
    """The console came with a later release: what was told before it hears from the services, as docs/upkeep.md says."""
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=120) as http:
        answer = await http.post(f"{stack.urls['console']}/ops/v1/read-model:rebuild")
    last = json.loads(answer.raise_for_status().text.splitlines()[-1])
    assert (last["refused"], min(last["rows"].values()) > 0) == ([], True)


async def one_more(stack: Stack, source: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A new decision, its task and inspection, on the county as the earlier release left it; some figures then."""
    case, shop = "AFTER-UPGRADE", 30
    steps = (Decide(case=case, item=FOOD, enterprise=shop), claim(case, "SCJG"), inspect(case, "SCJG", "SERIOUS"))
    monkeypatch.setattr(county_play, "EARLIER", ())
    monkeypatch.setattr(county_play, "TODAY", steps)
    told = await county_play.play(county(), stack.urls, stack.headers())
    assert (told.taken, told.refused) == (len(steps), [])
    async with Sender(stack.urls, stack.headers()) as sender:
        outcome = await reconciled(sender, stack.nats_url, source, print, monotonic())
    assert (outcome.lost, outcome.duplicated) == ((), ())
    return [outcome.figures[name] for name in ("decisions", "inspections", "credit_records", "subjects")]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
async def test_the_data_of_an_earlier_release_is_whole_and_the_chain_goes_on(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = json.loads((release / "figures.json").read_text(encoding="utf-8"))
    folder = temporary_folder()
    try:
        write_private(folder.path / "identity.key", before["identity_key"].encode())
        with folder.held():
            counted = await bring(release, folder)
        async with Stack.open(folder.path, environment=bare_environment()) as stack:
            await rebuild(stack)
            async with Sender(stack.urls, stack.headers()) as sender:
                outcome = await reconciled(sender, stack.nats_url, before["source"], print, monotonic())
            # The streams are new: every old event was published again, unsigned as it is, and changed nothing.
            assert figures_of(outcome) == before["figures"]
            assert (outcome.lost, outcome.duplicated) == ((), ())
            assert await states(stack.urls, stack.headers(), before["source"]) == before["states"]
            for service in SERVICES:
                after = await counts(stack.superuser_urls[service])
                assert after["inbox"] >= counted[service]["inbox"]
                assert after["event_log"] >= counted[service]["event_log"]

            assert await one_more(stack, before["source"], monkeypatch) == [
                before["figures"][name] + 1 for name in ("decisions", "inspections", "credit_records", "subjects")
            ]

            for service, url in stack.superuser_urls.items():
                connection = await asyncpg.connect(url)
                report = await verify_chain(connection, service)
                role = database_name(service)
                owned = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE tableowner = $1", role)
                await connection.close()
                assert (report.ok, owned) == (True, 0), report.bad
    finally:
        folder.remove()
