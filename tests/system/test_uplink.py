"""A city's own console hears everything its district tells, once, over a link that is down under load."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import asyncpg
import httpx
import nats
import pytest

from chassis.provision import Tier, provision
from contracts.uplink import UPPER, domain_of, goes_up, uplinked
from kernel.clock import china_day
from ops.chaos.furniture import furnish
from ops.chaos.proxy import Proxy
from ops.load.handed_in import HandedIn
from ops.loopback import HOST
from ops.nats_links import Link
from ops.replay.sender import Sender
from ops.services import service_commands, variable
from ops.setting import Setting
from ops.signing_keys import TRUSTED, fresh_key, public_half
from ops.stack import Stack
from tests.journey import bare_environment, until

pytestmark = pytest.mark.servers

REGION, CITY = "640202", "640200"


@dataclass
class Levels:
    """A district with its four services, a city with a console of its own, and the link between them."""

    district: Stack
    city: Stack
    link: Proxy

    async def told(self) -> set[str]:
        """The ids of all the district's services told that goes up."""
        found: set[str] = set()
        for stream in uplinked():
            database = await asyncpg.connect(self.district.superuser_urls[stream.lower()])
            rows = await database.fetch("SELECT event_id FROM event_log WHERE type = ANY($1)", goes_up())
            await database.close()
            found |= {str(row["event_id"]) for row in rows}
        return found

    async def heard(self) -> set[str]:
        """The ids the city's console took."""
        database = await asyncpg.connect(self.city.superuser_urls["console"])
        rows = await database.fetch("SELECT event_id FROM inbox")
        letters = await database.fetch("SELECT subject, cause, detail FROM dead_letter")
        await database.close()
        assert letters == []
        return {str(row["event_id"]) for row in rows}

    async def carried(self) -> Counter[str]:
        """How often each event stands in the city's streams."""
        connection = await nats.connect(self.city.nats_url)
        found: Counter[str] = Counter()
        for stream in uplinked():
            reading = await connection.jetstream(timeout=10).subscribe("", stream=stream, ordered_consumer=True)
            state = (await connection.jetstream().stream_info(stream)).state
            for _ in range(state.messages):
                found[((await reading.next_msg(timeout=10)).headers or {})["Nats-Msg-Id"]] += 1
        await connection.close()
        return found


@asynccontextmanager
async def opened(
    more_below: Mapping[str, str] | None = None, more_above: Mapping[str, str] | None = None
) -> AsyncIterator[Levels]:
    """A district and a city, joined. ``more_below``, ``more_above``: further variables of their services."""
    async with AsyncExitStack() as leaving:
        enter = leaving.enter_async_context
        below = partial(provision, tier=Tier(domain_of(REGION)))
        setting = Setting(domain=domain_of(REGION))
        alone = partial(Stack.open, temporary=True, usual_ports=False)
        district = await enter(
            alone(environment=bare_environment() | dict(more_below or {}), setting=setting, provision=below)
        )
        assert district.nats is not None
        link = await enter(Proxy.open(district.nats.door))
        seed = district.nats.keys.seed_file(UPPER).read_text(encoding="ascii").strip()
        links = (Link(REGION, f"nats-leaf://{HOST}:{link.port}", seed),)
        city = await enter(
            alone(
                commands={"console": service_commands()["console"]},
                environment=bare_environment() | city_environment(district) | dict(more_above or {}),
                setting=Setting(domain=domain_of(CITY), links=links),
                provision=partial(provision, tier=Tier(domain_of(CITY), (REGION,))),
            )
        )
        yield Levels(district, city, link)


def city_environment(district: Stack) -> dict[str, str]:
    """A console that believes itself, and the district's keys for the district alone."""
    own = fresh_key("ed25519")
    given = json.loads((district.state.path / "trusted-keys.json").read_text(encoding="utf-8"))
    trusted = [public_half("console", own), *(key | {"region": REGION} for key in given)]
    return {"SHENGUAN_REGION": CITY, variable("console", "SIGNING_KEY"): own, TRUSTED: json.dumps(trusted)}


async def digest(stack: Stack) -> str:
    """Of the whole read model of a console."""
    async with httpx.AsyncClient(headers=stack.headers(), trust_env=False, timeout=60) as client:
        answer = await client.get(f"{stack.urls['console']}/ops/v1/read-model")
        return str(answer.raise_for_status().json()["sha256"])


@pytest.mark.timeout(400)
@pytest.mark.parametrize(
    ("cases", "seconds", "down"),
    [pytest.param(200, 8.0, 5.0, id="5s"), pytest.param(2000, 100.0, 60.0, id="60s", marks=pytest.mark.nightly)],
)
async def test_a_link_that_is_down_under_load_loses_and_doubles_nothing(
    cases: int, seconds: float, down: float
) -> None:
    async with opened() as levels, Sender(levels.district.urls, levels.district.headers()) as sender:
        await furnish(sender)
        load = HandedIn("uplink", cases, seconds, china_day(datetime.now(UTC)))
        working = asyncio.create_task(load.run(levels.district.nats_url, sender))
        await asyncio.sleep(seconds / 10)
        levels.link.cut()
        await asyncio.sleep(1)  # what was under way is applied
        cut_at, there = len(await levels.told()), await levels.heard()
        await asyncio.sleep(down)
        told_meanwhile = len(await levels.told()) - cut_at
        assert told_meanwhile > 0, "there was load while the link was down"
        assert await levels.heard() == there, "the link was down"
        levels.link.heal()
        await working

        async def caught_up() -> bool:
            return await levels.told() <= await levels.heard() and await digest(levels.district) == await digest(
                levels.city
            )

        await until(caught_up)
        told, heard, carried = await levels.told(), await levels.heard(), await levels.carried()
        lost = told - heard
        doubled = {event: times for event, times in carried.items() if times > 1}
    print(  # noqa: T201 - the figures are asked for
        f"link down {down:.0f} s, {told_meanwhile} events told meanwhile, {len(told)} in all:"
        f" lost {len(lost)}, duplicated {len(doubled)}"
    )
    assert (lost, doubled, heard - told) == (set(), {}, set())
    assert len(told) > 4 * cases
