"""The levels of deploy/: nats-level.conf and what `ops.nats_links` writes, with certificates on both sides of the link."""

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nats.aio.client import Client

from chassis.nats_access import NatsAccess
from chassis.provision import Tier, provision
from contracts.permissions import OPERATOR
from contracts.uplink import UPPER, domain_of
from ops.loopback import HOST, free_port
from tests.deployed_nats import DEPLOY, Secrets, new_secrets, serving
from tests.journey import until

pytestmark = pytest.mark.servers

DISTRICT, CITY = "640202", "640200"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Secrets]:
    return {region: new_secrets(tmp_path_factory.mktemp(region) / "secrets") for region in (DISTRICT, CITY)}


@asynccontextmanager
async def level(folder: Path, secrets: Secrets, region: str, door: int, *links: str) -> AsyncIterator[str]:
    """One server of a level, as deploy/ describes it, with other paths and ports; yields host and port."""
    client, monitor = free_port(), free_port()
    written = subprocess.run(  # noqa: ASYNC221 - nothing else happens yet
        [sys.executable, "-m", "ops.nats_links", domain_of(region), *links],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
    ).stdout
    texts = {name: (DEPLOY / name).read_text(encoding="utf-8") for name in ("nats.conf", "nats-level.conf")}
    for name, text in (texts | {"leafnodes.conf": written}).items():
        changed = text
        for said, meant in {
            "0.0.0.0:4222": f"{HOST}:{client}",
            "0.0.0.0:8222": f"{HOST}:{monitor}",
            "0.0.0.0:7422": f"{HOST}:{door}",
            '"/data"': json.dumps(str(folder / "data")),
            "/etc/nats/secrets": str(secrets.folder / "nats"),
            "/etc/nats/links": str(folder / "deploy/secrets/links"),
            "nats-cluster.conf": "nats.conf",
            "server_name: shenguan": f"server_name: shenguan-{region}",
        }.items():
            changed = changed.replace(said, meant)
        (folder / name).write_text(changed, encoding="utf-8")
    shutil.copy(DEPLOY / "nats-users.conf", folder)
    variables = dict(secrets.public) | {"SHENGUAN_NATS_DOMAIN": domain_of(region)}
    async with serving(folder / "nats-level.conf", monitor, variables):
        yield f"tls://{HOST}:{client}"


async def provisioned(url: str, secrets: Secrets, tier: Tier, patch: pytest.MonkeyPatch) -> None:
    for name, value in secrets.environment().items():
        patch.setenv(name, value)
    await provision(url, tier=tier)


@pytest.mark.parametrize("known", [True, False], ids=["the-district-gave-its-seed", "somebody-else"])
async def test_a_city_reads_a_district_with_what_the_district_gave_it_and_with_nothing_else(
    tmp_path: Path, secrets: dict[str, Secrets], monkeypatch: pytest.MonkeyPatch, *, known: bool
) -> None:
    below, above = tmp_path / "below", tmp_path / "above"
    (above / "deploy/secrets/links").mkdir(parents=True)
    below.mkdir()
    given = secrets[DISTRICT if known else CITY].folder / UPPER
    shutil.copytree(given, above / "deploy/secrets/links" / DISTRICT)
    door = free_port()
    # Of several addresses one that answers will do.
    link = f"{DISTRICT}=nats-leaf://{HOST}:{free_port()},nats-leaf://{HOST}:{door}"
    async with (
        level(below, secrets[DISTRICT], DISTRICT, door) as district,
        level(above, secrets[CITY], CITY, free_port(), link) as city,
    ):
        await provisioned(district, secrets[DISTRICT], Tier(domain_of(DISTRICT)), monkeypatch)
        teller = Client()
        await teller.connect(district, **NatsAccess.of("approval").options())
        ids = {"Nats-Msg-Id": "1"}
        await teller.jetstream().publish("shenguan.approval.case.decided.v1.640202.0", b"{}", headers=ids)
        await teller.close()
        await provisioned(city, secrets[CITY], Tier(domain_of(CITY), (DISTRICT,)), monkeypatch)
        reader = Client()
        await reader.connect(city, **NatsAccess.of(OPERATOR).options())

        async def there() -> bool:
            return (await reader.jetstream().stream_info("APPROVAL")).state.messages == 1

        async def refused() -> bool:
            return "Authorization Violation" in log() or "TLS" in log() or "tls" in log()

        def log() -> str:
            return (below / "nats.log").read_text(encoding="utf-8")

        await until(there if known else refused)
        assert await there() is known
        assert ("Leafnode connection created" in log()) >= known
        await reader.close()
