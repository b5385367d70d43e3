"""How long a level below has been silent is told, and what its link brought too late is counted by missing heads."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from time import monotonic

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.bus import Bus
from chassis.database import reading_engine
from chassis.links import MISSED, SILENCE, Links, Source
from chassis.nats_access import NatsAccess
from chassis.signing.trusted import PublicKey
from ops.signing_keys import fresh_key, public_half
from tests.integration.chassis.office import Office
from tests.integration.chassis.test_uplink import CITY, EAST, WEST, below, level, to
from tests.journey import until

pytestmark = pytest.mark.servers

NEVER = "640221"


def key(service: str, region: str = "") -> PublicKey:
    public = public_half(service, fresh_key("ed25519"))["public_key"]
    return PublicKey(service=service, algorithm="ed25519", public_key=public, region=region)


@asynccontextmanager
async def asking(database_url: str) -> AsyncIterator[AsyncConnection]:
    engine = reading_engine(database_url)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def witness(office: Office, signer: PublicKey, *numbers: int) -> None:
    for number in numbers:
        await office.owner.execute(
            "INSERT INTO witnessed_head VALUES ($1, $2, 0, $3, '', '', $4, 'ed25519', '', gen_random_uuid())",
            *(signer.service, number, datetime.now(UTC), signer.key_id),
        )


async def silent(_stream: str) -> dict[str, Source]:
    return {}


async def test_missing_heads_are_counted_by_region_over_a_change_of_keys_and_whoever_came_later(
    office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    east, changed, west, own = key("approval", EAST), key("approval", EAST), key("approval", WEST), key("console")
    await witness(office, east, 7, 8, 9)
    await witness(office, changed, 15, 16, 17, 17)
    await witness(office, west, 100, 101)
    await witness(office, own, 1, 40)
    keys = (east, changed, west, own)

    links = Links((EAST, WEST), silent, lambda: keys)
    monkeypatch.setattr("chassis.links._COUNTED_EVERY", 0)

    async def missed(asked: Links = links) -> dict[tuple[str, str], float]:
        async with asking(database_url) as connection:
            told = await asked.read(connection)
        return {(e.labels["region"], e.labels["stream"]): e.value for e in told if e.name == MISSED.name}

    assert await missed() == {(EAST, "APPROVAL"): 5, (WEST, "APPROVAL"): 0}
    await witness(office, changed, 10, 11, 12, 13, 14)
    await witness(office, west, 104)
    assert await missed() == {(EAST, "APPROVAL"): 0, (WEST, "APPROVAL"): 2}
    await witness(office, west, 102, 103, 105)
    await witness(office, changed, 18, 20)
    assert await missed() == {(EAST, "APPROVAL"): 1, (WEST, "APPROVAL"): 0}
    assert await missed() == await missed(Links((EAST, WEST), silent, lambda: keys)), "as one that just started"
    assert await missed(Links((), silent, lambda: keys)) == {}


async def test_how_each_source_is_heard_is_told_with_what_the_console_may_ask(
    office: Office, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncExitStack() as leaving:
        east = await leaving.enter_async_context(below(EAST))
        west = await leaving.enter_async_context(below(WEST))
        city = await leaving.enter_async_context(level(CITY, [to(east), to(west)], (EAST, WEST)))
        await east.tell("1")
        await city.gathers(["1"])
        monkeypatch.setenv("SHENGUAN_CONSOLE_NATS_SEED_FILE", str(city.server.keys.seed_file("console")))
        bus = Bus("console", city.server.address, NatsAccess.of("console"))
        await bus.connect()
        leaving.push_async_callback(bus.stop)
        links = Links((EAST, WEST, NEVER), bus.sources, tuple)
        connection = await leaving.enter_async_context(asking(database_url))

        async def silences() -> dict[tuple[str, str], float]:
            told = [each for each in await links.read(connection) if each.name == SILENCE.name]
            return {(each.labels["region"], each.labels["stream"]): each.value for each in told}

        async def heard() -> bool:
            said = await silences()
            assert len(said) == 3 * 3
            return all((0 <= value < 3) == (region != NEVER) for (region, _), value in said.items())

        await until(heard)
        assert east.link is not None
        east.link.cut()
        cut_at = monotonic()

        async def silent() -> bool:
            said = await silences()
            assert said[NEVER, "CREDIT"] == -1
            return min(value for (region, _), value in said.items() if region == EAST) > 4

        await until(silent)
        assert 2 < monotonic() - cut_at < 30, "it counts seconds"
        assert 0 <= (await silences())[WEST, "CREDIT"] < 3
