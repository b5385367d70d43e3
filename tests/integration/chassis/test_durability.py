"""A service does not start on a NATS that acknowledges what is not on its disk, and says so in one sentence."""

import asyncio
import json
from collections.abc import AsyncIterator
from http.client import OK
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from chassis.durability import NotDurableError, demand_sync, syncs_always
from chassis.provision import provision
from ops.child import Child, Program
from ops.loopback import HOST, ask, free_port
from ops.nats import EmbeddedNats, server_binary
from ops.state_folder import StateFolder
from tests.integration.chassis.process import approval
from tests.journey import until

pytestmark = pytest.mark.servers


class CarelessNats:
    """A server as nats-server is without our settings: it syncs every two minutes."""

    def __init__(self, folder: StateFolder) -> None:
        self.client, self.monitor = free_port(), free_port()
        self.url, self.monitoring = f"nats://{HOST}:{self.client}", f"http://{HOST}:{self.monitor}"
        self._folder = folder
        self._child: Child | None = None

    async def start(self, jetstream: str = "{{ store_dir: {store} }}") -> None:
        store = json.dumps(str(self._folder.path / "careless"))
        settings = self._folder.path / "careless.conf"
        settings.write_text(
            f'listen: "{HOST}:{self.client}"\nhttp: "{HOST}:{self.monitor}"\njetstream {jetstream.format(store=store)}\n',
            encoding="utf-8",
        )
        log = self._folder.log("careless")
        command = [server_binary(), "--config", str(settings)]
        self._child = Child(Program(name="careless", command=command, environment={}, log=log))
        await until(self._healthy)

    async def _healthy(self) -> bool:
        return (await ask(f"{self.monitoring}/healthz"))[0] == OK

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop(patience=10)


@pytest.fixture
async def careless(folder: StateFolder) -> AsyncIterator[CarelessNats]:
    server = CarelessNats(folder)
    yield server
    await server.stop()


def critical(log: Path) -> list[str]:
    told = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    return [line["reason"] for line in told if line["level"] == "critical"]


async def test_a_service_refuses_a_server_that_does_not_sync_every_message(
    folder: StateFolder, careless: CarelessNats, database_url: str
) -> None:
    await careless.start()
    service = approval(folder, database_url, careless.url, careless.monitoring)
    await service.start()
    assert await asyncio.wait_for(service.child.exited(), 60) == 70
    (reason,) = critical(folder.log("approval"))
    assert f"{careless.monitoring} 的 NATS 没有逐条落盘" in reason
    assert "set sync_interval: always" in reason


async def test_a_service_starts_on_a_server_that_syncs_every_message(
    folder: StateFolder, careful: EmbeddedNats, database_url: str
) -> None:
    await provision(careful.url)
    service = approval(folder, database_url, careful.url, careful.monitoring)
    await service.start()
    try:
        await until(service.ready)
    finally:
        await service.stop()
    assert critical(folder.log("approval")) == []


async def test_it_waits_for_a_monitoring_address_that_answers_later(careless: CarelessNats) -> None:
    async def waited() -> bool:
        return bool(told)

    with capture_logs() as told:
        asked = asyncio.create_task(demand_sync(careless.monitoring))
        await until(waited)
        await careless.start("{{ store_dir: {store}, sync_interval: always }}")
        await asyncio.wait_for(asked, 20)
    assert {line["event"] for line in told} == {"nats.monitoring_waiting"}


async def test_it_gives_up_on_an_address_where_nobody_answers() -> None:
    nobody = f"http://{HOST}:{free_port()}"
    with pytest.raises(NotDurableError, match=r"check SHENGUAN_NATS_MONITORING_URL"):
        await demand_sync(nobody, patience=0.1)


@pytest.mark.parametrize("jetstream", ["disabled", "{{ store_dir: {store}, sync_interval: 1s }}"])
async def test_a_server_without_streams_is_no_answer_and_any_other_interval_is_not_always(
    careless: CarelessNats, jetstream: str
) -> None:
    await careless.start(jetstream)
    if jetstream == "disabled":
        with pytest.raises(ConnectionError, match="not enabled"):
            await syncs_always(careless.monitoring)
    else:
        assert not await syncs_always(careless.monitoring)


async def test_an_address_that_is_no_monitoring_page_is_no_answer(careless: CarelessNats) -> None:
    await careless.start()
    for address in ("not an address", f"{careless.monitoring}/nowhere", "http://[broken"):
        with pytest.raises(ConnectionError):
            await syncs_always(address)


async def test_without_an_address_it_warns_once_that_nobody_could_check() -> None:
    with capture_logs() as told:
        await demand_sync("")
    assert [(line["event"], line["log_level"]) for line in told] == [("nats.durability_unchecked", "warning")]


async def test_of_a_cluster_those_that_answer_must_sync_and_one_has_to_answer(
    careful: EmbeddedNats, careless: CarelessNats
) -> None:
    nobody = f"http://{HOST}:1"
    await demand_sync(f"{nobody}, {careful.monitoring}", patience=0.1)
    await careless.start()
    with pytest.raises(NotDurableError, match=f"the NATS at {careless.monitoring} does not sync"):
        await demand_sync(f"{careful.monitoring},{careless.monitoring},{nobody}", patience=0.1)
    with pytest.raises(NotDurableError, match=r"check SHENGUAN_NATS_MONITORING_URL"):
        await demand_sync(f"{nobody},{nobody}", patience=0.1)
