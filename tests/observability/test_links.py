"""A link that is away longer than the streams below keep what they have: told, and made good from the district's logs.

A real Prometheus watches, so that the panels of links are asked where there is a link.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import asyncpg
import httpx
import nats
import pytest

from chassis.links import GAUGES
from chassis.provision import Tier
from contracts.uplink import domain_of, uplinked
from kernel.clock import china_day
from ops.chaos.furniture import furnish
from ops.load.handed_in import HandedIn
from ops.loopback import free_port
from ops.replay.sender import Sender
from ops.services import service_names, variable
from ops.stack import Stack
from ops.state_folder import StateFolder, temporary_folder
from tests.journey import until
from tests.observability.stand import Told
from tests.observability.test_prometheus import answered, panels, prometheus
from tests.system.test_uplink import REGION, Levels, digest, opened

pytestmark = [pytest.mark.servers, pytest.mark.nightly, pytest.mark.timeout(600)]

CASES, SECONDS = 40, 4.0
SERVICES = tuple(stream.lower() for stream in uplinked())


@pytest.fixture
def folder() -> Iterator[StateFolder]:
    made = temporary_folder()
    yield made
    made.remove()


async def patiently(question: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so: heads come once a minute, and are counted once a minute."""
    deadline = monotonic() + 150
    while not await question():
        assert monotonic() < deadline
        await asyncio.sleep(1)


async def heads(levels: Levels) -> dict[str, int]:
    """How many heads of its chain each service below told."""
    found = {}
    for service in SERVICES:
        database = await asyncpg.connect(levels.district.superuser_urls[service])
        found[service] = await database.fetchval("SELECT max(no) FROM audit_head") or 0
        await database.close()
    return found


async def more_heads(levels: Levels) -> None:
    """Wait until each service has told one more head, a minute at most, and the relay had its second."""
    before = await heads(levels)

    async def told() -> bool:
        now = await heads(levels)
        return all(now[service] > before[service] for service in SERVICES)

    await patiently(told)
    await asyncio.sleep(2)


async def all_grow_old(levels: Levels) -> None:
    """The district's streams keep things for a second, until they have nothing more; then for as long as ever."""
    connection = await nats.connect(levels.district.nats_url)
    js = connection.jetstream(timeout=10)
    usual = [wanted for wanted in Tier(domain_of(REGION)).streams() if wanted.name in uplinked()]
    for wanted in usual:
        await js.update_stream(replace(wanted, max_age=1.0, duplicate_window=1.0))

    async def empty() -> bool:
        return all([(await js.stream_info(str(wanted.name))).state.messages == 0 for wanted in usual])

    await until(empty)
    for wanted in usual:
        await js.update_stream(wanted)
    await connection.close()


def shenguan(stack: Stack, *words: str) -> subprocess.CompletedProcess[str]:
    """A command, signed in at a stack."""
    token = stack.headers()["Authorization"].removeprefix("Bearer ")
    environment = os.environ | {"SHENGUAN_TOKEN": token, "SHENGUAN_CONSOLE_URL": stack.urls["console"]}
    program = Path(sys.executable).with_name("shenguan")
    return subprocess.run([program, *words], env=environment, capture_output=True, text=True, check=False)


async def missed(http: httpx.AsyncClient) -> dict[str, float]:
    """Stream → heads that never came, as Prometheus has it."""
    found: list[Any] = await answered(http, f'shenguan_link_missed{{region="{REGION}"}}')
    return {each["metric"]["stream"]: float(each["value"][1]) for each in found}


async def handed_in(name: str, levels: Levels) -> None:
    async with Sender(levels.district.urls, levels.district.headers()) as sender:
        await furnish(sender)
        await HandedIn(name, CASES, SECONDS, china_day(datetime.now(UTC))).run(levels.district.nats_url, sender)


async def same(levels: Levels) -> bool:
    told = await levels.told()
    return told == await levels.heard() and await digest(levels.district) == await digest(levels.city)


async def away_too_long(levels: Levels) -> set[str]:
    """The link is down under load until the streams below have nothing of it any more; the ids that never came."""
    levels.link.cut()
    await handed_in("away", levels)
    await more_heads(levels)
    await all_grow_old(levels)
    levels.link.heal()
    await handed_in("after", levels)
    await more_heads(levels)
    return await levels.told() - await levels.heard()


def heard_again(levels: Levels, folder: Path) -> int:
    """The district writes what it told, the city hears it; how many events."""
    again = folder / "again"
    since = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    urls = [word for service in SERVICES for word in ("--url", f"{service}={levels.district.urls[service]}")]
    written = shenguan(levels.district, "resend", str(again), "--since", since, *urls, "--json")
    assert written.returncode == 0, written.stderr
    heard = shenguan(levels.city, "console", "hear", str(again), "--json")
    assert heard.returncode == 0, heard.stderr
    return int(json.loads(heard.stdout)["events"])


async def test_what_a_link_away_too_long_lost_is_told_and_heard_from_the_logs_below(
    folder: StateFolder, tmp_path: Path
) -> None:
    ports = {name: str(free_port()) for name in service_names()}
    watching = {variable(name, "METRICS_PORT"): port for name, port in ports.items()}
    own = variable("console", "METRICS_PORT")
    below = {name: port for name, port in watching.items() if name != own}
    above = {own: watching[own], "SHENGUAN_NATS_SOURCES": REGION}
    async with (
        opened(below, above) as levels,
        prometheus(folder, Told(levels.city, {name: f"127.0.0.1:{port}" for name, port in ports.items()})) as http,
    ):

        async def shown() -> bool:
            queries = [query for _, query in panels() if "shenguan_link" in query]
            return len(queries) == len(GAUGES) and all([await answered(http, query) for query in queries])

        async def told() -> bool:
            found = await missed(http)
            return set(found) == set(uplinked()) and min(found.values()) > 0

        async def made_good() -> bool:
            return set((await missed(http)).values()) == {0}

        await handed_in("before", levels)
        await more_heads(levels)
        await until(lambda: same(levels))
        await patiently(shown)
        assert await made_good()
        lost = await away_too_long(levels)
        assert len(lost) > 4 * CASES
        await patiently(told)
        heads_missed = await missed(http)
        again = heard_again(levels, tmp_path)
        await until(lambda: same(levels))
        assert max((await levels.carried()).values()) == 1
        await patiently(made_good)
        missing = await levels.told() - await levels.heard()
    print(  # noqa: T201 - the figures are asked for
        f"{len(lost)} events lost by the streams below, heads missed {heads_missed}; {again} sent again,"
        f" {len(missing)} missing"
    )
