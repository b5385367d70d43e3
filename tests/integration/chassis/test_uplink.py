"""A level above reads the streams of the levels below: everything once, nothing but what is offered, no way back."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import nats
import pytest
from nats.aio.client import Client
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext

from chassis.gathering import origins
from chassis.provision import Tier, provision
from contracts.uplink import UPPER, domain_of
from ops.chaos.proxy import Proxy
from ops.loopback import HOST
from ops.nats import EmbeddedNats
from ops.nats_links import Link
from ops.state_folder import temporary_folder
from ops.upkeep import doctor_nats
from tests.journey import until

pytestmark = pytest.mark.servers

EAST, WEST, CITY = "640202", "640205", "640200"


@dataclass
class Level:
    """A NATS of one level, and the operator's connection to it."""

    server: EmbeddedNats
    tier: Tier
    client: Client
    link: Proxy | None = None
    told: list[str] = field(default_factory=list)

    @property
    def js(self) -> JetStreamContext:
        return self.client.jetstream(timeout=5)

    async def tell(self, *ids: str, fact: str = "approval.case.decided") -> None:
        for event in ids:
            subject = f"shenguan.{fact}.v1.{self.tier.domain[1:]}.0"
            await self.js.publish(subject, event.encode(), headers={"Nats-Msg-Id": event})
            self.told.append(event)

    async def has(self, stream: str = "APPROVAL") -> list[str]:
        """The ids of the messages of a stream, in their order."""
        state = (await self.js.stream_info(stream)).state
        numbers = range(state.first_seq, state.last_seq + 1)
        return [((await self.js.get_msg(stream, number)).headers or {})["Nats-Msg-Id"] for number in numbers]

    async def gathers(self, ids: Iterable[str]) -> None:
        wanted = set(ids)

        async def all_there() -> bool:
            return (await self.js.stream_info("APPROVAL")).state.messages >= len(wanted)

        await until(all_there)
        assert sorted(await self.has()) == sorted(wanted)


@asynccontextmanager
async def level(region: str, links: Iterable[Link] = (), regions: tuple[str, ...] = ()) -> AsyncIterator[Level]:
    folder = temporary_folder()
    tier = Tier(domain_of(region), regions)
    try:
        with folder.held():
            server = EmbeddedNats(folder, usual_port=0, domain=tier.domain, links=tuple(links))
            await server.start()
            try:
                client = await nats.connect(
                    server.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=unheard
                )
                await provision(server.url, tier=tier)
                yield Level(server, tier, client)
                await client.close()
            finally:
                await server.stop()
    finally:
        folder.remove()


async def unheard(_: Exception) -> None:
    """Servers are stopped here."""


@asynccontextmanager
async def below(region: str) -> AsyncIterator[Level]:
    """A district, behind a link that can be cut."""
    async with level(region) as district, Proxy.open() as link:
        link.before(district.server.door)
        district.link = link
        yield district


def to(district: Level) -> Link:
    assert district.link is not None
    seed = district.server.keys.seed_file(UPPER).read_text(encoding="ascii").strip()
    return Link(district.tier.domain[1:], f"nats-leaf://{HOST}:{district.link.port}", seed)


@pytest.fixture
async def levels() -> AsyncIterator[tuple[Level, Level, Level]]:
    async with AsyncExitStack() as leaving:
        east = await leaving.enter_async_context(below(EAST))
        west = await leaving.enter_async_context(below(WEST))
        links = [to(east), to(west)]
        city = await leaving.enter_async_context(level(CITY, links, (EAST, WEST)))

        async def both_answer() -> bool:
            return len(await origins(city.client, "APPROVAL", (EAST, WEST))) == len(links)

        await until(both_answer)
        await provision(city.server.url, tier=city.tier)  # what was made before a link was up is made anew
        yield east, west, city


async def test_what_two_districts_tell_is_gathered_once_and_in_order_over_a_link_that_breaks(
    levels: tuple[Level, Level, Level],
) -> None:
    east, west, city = levels
    assert east.link is not None
    await east.tell(*(f"east-{n}" for n in range(50)))
    await west.tell(*(f"west-{n}" for n in range(50)))
    await city.gathers(east.told + west.told)
    east.link.cut()
    await east.tell(*(f"east-{n}" for n in range(50, 5050)))  # more than flow control lets through unanswered
    await west.tell("west-50")
    await city.gathers(east.told[:50] + west.told)
    east.link.heal()
    await city.gathers(east.told + west.told)
    gathered = await city.has()
    assert [event for event in gathered if event in east.told] == east.told
    assert await provision(city.server.url, tier=city.tier) == []
    assert await provision(east.server.url, tier=east.tier) == []


async def test_servers_that_start_again_and_a_stream_made_anew_lose_and_repeat_nothing(
    levels: tuple[Level, Level, Level],
) -> None:
    east, _, city = levels
    await east.tell("1", "2", "3")
    await city.gathers(east.told)
    await city.server.stop()
    await east.tell("4", "5")
    await city.server.start()
    await city.gathers(east.told)
    await east.server.stop()
    await east.server.start()
    await east.tell("6")
    await city.gathers(east.told)
    await east.js.delete_stream("APPROVAL")
    await provision(east.server.url, tier=east.tier)
    again = list(east.told)
    east.told.clear()
    await east.tell("7", *again)  # as the reconciler publishes again, under the same ids
    drifts = await provision(city.server.url, tier=city.tier)
    assert ("APPROVAL", "recreated") in {(drift.name, drift.action) for drift in drifts}
    await city.gathers(east.told)
    assert await provision(city.server.url, tier=city.tier) == []


async def test_a_link_that_is_down_is_told_and_provisioning_leaves_alone_what_it_cannot_ask(
    levels: tuple[Level, Level, Level], monkeypatch: pytest.MonkeyPatch
) -> None:
    east, _, city = levels
    monkeypatch.setenv("SHENGUAN_NATS_DOMAIN", city.tier.domain)
    monkeypatch.setenv("SHENGUAN_NATS_SOURCES", f"{EAST},{WEST}")
    await east.tell("1")
    await city.gathers(["1"])
    assert east.link is not None

    async def well() -> bool:
        return await doctor_nats.declared(city.server.url) == []

    await until(well)
    monkeypatch.setattr(doctor_nats, "_SILENCE", 2 * 10**9)
    east.link.cut()

    async def silent() -> bool:
        return {each.about for each in await doctor_nats.declared(city.server.url)} == {
            "APPROVAL",
            "SUPERVISION",
            "CREDIT",
        }

    await until(silent)
    assert await provision(city.server.url) == []
    east.link.heal()
    await until(well)


async def test_what_stays_below_stays_below(levels: tuple[Level, Level, Level]) -> None:
    east, _, city = levels
    await east.tell("key", fact="approval.apikey.changed")
    await east.tell("case")
    await city.gathers(["case"])
    assert {info.config.name for info in await city.js.streams_info()} == {
        "APPROVAL",
        "SUPERVISION",
        "CREDIT",
        "CONSOLE",
    }


async def test_the_level_above_can_do_nothing_below_but_read(levels: tuple[Level, Level, Level]) -> None:
    east, _, city = levels
    await east.tell("case")
    await city.gathers(["case"])
    api = f"$JS.{east.tier.domain}.API"
    for asked in (
        "STREAM.DELETE.APPROVAL",
        "STREAM.INFO.INTAKE",
        "STREAM.MSG.GET.APPROVAL",
        "CONSUMER.CREATE.APPROVAL",
        "CONSUMER.DELETE.APPROVAL.upper-from-approval",
        "CONSUMER.INFO.APPROVAL.supervision-from-approval",
        "CONSUMER.MSG.NEXT.APPROVAL.supervision-from-approval",
    ):
        with pytest.raises((NatsTimeoutError, NoRespondersError)):
            await city.client.request(f"{api}.{asked}", b"{}", timeout=0.3)
    before = [(await east.js.stream_info(name)).state.messages for name in ("APPROVAL", "INTAKE")]
    heard = await city.client.subscribe("shenguan.>")
    for subject in ("shenguan.approval.case.decided.v1.640202.0", "shenguan.intake.approval.v1.case"):
        await city.client.publish(subject, b"forged")
    await east.tell("second")
    await city.gathers(["case", "second"])
    after = [(await east.js.stream_info(name)).state.messages for name in ("APPROVAL", "INTAKE")]
    assert after == [before[0] + 1, before[1]]
    ours = [message.data for message in [await heard.next_msg(timeout=1) for _ in range(2)]]
    assert ours == [b"forged", b"forged"], "only what was said here"
    with pytest.raises(NatsTimeoutError):
        await heard.next_msg(timeout=0.3)


async def test_a_district_speaks_neither_for_another_nor_for_the_level_above(
    levels: tuple[Level, Level, Level],
) -> None:
    east, west, city = levels
    await west.tell("west")
    await city.gathers(["west"])
    own = (await city.js.stream_info("CONSOLE")).state.messages
    heard = [
        await city.client.subscribe(subject)
        for subject in ("shenguan.>", "_INBOX.console.>", f"uplink.{west.tier.domain}.forged")
    ]
    reached = await city.client.subscribe("anything")
    for subject in (
        "shenguan.console.audit.sealed.v1.640200.0",
        f"uplink.{west.tier.domain}.forged",
        "_INBOX.console.answer",
        f"$JS.{city.tier.domain}.API.STREAM.DELETE.APPROVAL",
        f"$JS.{west.tier.domain}.API.CONSUMER.RESET.APPROVAL.upper-from-approval",
        "anything",
    ):
        await east.client.publish(subject, b"{}", headers={"Nats-Msg-Id": subject})
    await east.client.flush()
    with pytest.raises(NatsTimeoutError):
        await reached.next_msg(timeout=0.5)
    for subscription in heard:
        with pytest.raises(NatsTimeoutError):
            await subscription.next_msg(timeout=0.1)
    assert (await city.js.stream_info("CONSOLE")).state.messages == own
    await city.gathers(["west"])


async def test_what_a_stream_below_told_under_numbers_it_used_before_is_read_again(
    levels: tuple[Level, Level, Level],
) -> None:
    """A flipped bit makes a stream forget and use its numbers again; the level above cannot see that by itself."""
    east, _, city = levels
    await east.tell(*(str(n) for n in range(1000)))
    await city.gathers(east.told)
    await east.server.stop()
    (block,) = (east.server._folder / "store").rglob("streams/APPROVAL/msgs/1.blk")
    content = bytearray(block.read_bytes())
    content[len(content) // 2] ^= 1
    block.write_bytes(content)
    await east.server.start()
    kept = (await east.js.stream_info("APPROVAL")).state.last_seq
    assert kept < 1000
    before = list(east.told)
    await east.tell(*(f"new-{n}" for n in range(10)))
    await east.tell(*before)  # the reconciler
    east.told = [*before, *(f"new-{n}" for n in range(10))]
    await asyncio.sleep(3)  # longer than a heartbeat of the link
    assert set(east.told) - set(await city.has()) == {f"new-{n}" for n in range(10)}
    assert await provision(city.server.url, tier=city.tier) == [], "nobody above can tell"
    await provision(east.server.url, tier=east.tier, afresh=True)
    drifts = await provision(city.server.url, tier=city.tier)
    assert {drift.name for drift in drifts} >= {"APPROVAL", "console-from-approval"}
    await city.gathers(east.told)
