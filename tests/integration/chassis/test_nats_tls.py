"""The NATS of deploy/: both sides show a certificate, nothing is said in the clear, and only then a key counts."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from nats.aio.client import Client
from nats.errors import Error as NatsError

from chassis.bus import Bus
from chassis.nats_access import NatsAccess
from chassis.provision import provision
from contracts.permissions import OPERATOR
from contracts.topology import durable_of, durables
from ops.nats import EmbeddedNats
from tests.deployed_nats import Secrets, deployed_nats, new_secrets

pytestmark = pytest.mark.servers

CREDIT = [(stream, durable_of(service, stream)) for service, stream in durables() if service == "credit"]


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    return new_secrets(tmp_path_factory.mktemp("deploy") / "secrets")


@pytest.fixture
async def address(tmp_path: Path, secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """host:port of the deployed server; this process has the operator's and the services' access."""
    for name, value in secrets.environment().items():
        monkeypatch.setenv(name, value)
    async with deployed_nats(tmp_path, secrets) as served:
        yield served


async def connects(url: str, **access: Any) -> bool:
    """Whether the server lets somebody in."""

    async def unheard(_: Exception) -> None:
        """Told by the exception of ``connect``."""

    client = Client()
    try:
        await client.connect(url, allow_reconnect=False, connect_timeout=2, error_cb=unheard, **access)
    except (NatsError, OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    else:
        return True
    finally:
        # nats-py's close waits for ever for a handshake that nobody answers.
        with suppress(TimeoutError):
            await asyncio.wait_for(client.close(), 2)


async def test_the_operator_provisions_and_a_service_finds_its_durables_and_publishes(address: str) -> None:
    assert len(await provision(f"tls://{address}")) > 0
    bus = Bus("credit", f"tls://{address}", NatsAccess.of("credit"))
    connection = await bus.connect()
    assert await bus.missing(CREDIT) == []
    ack = await connection.jetstream().publish("shenguan.credit.grade.changed.v1.640202.0", b"{}")
    assert (ack.stream, bus.denials.standing) == ("CREDIT", False)
    assert type(connection._transport._io_writer.transport.get_extra_info("ssl_object")) is ssl.SSLObject  # type: ignore[union-attr] # nats-py tells nobody
    await bus.stop()


async def test_a_key_alone_and_a_certificate_alone_do_not_let_anybody_in(address: str, secrets: Secrets) -> None:
    whole = NatsAccess.of("credit").options()
    assert await connects(f"tls://{address}", **whole)
    assert not await connects(f"tls://{address}", **{k: v for k, v in whole.items() if k != "nkeys_seed"})
    without = NatsAccess(identity="credit", seed_file=secrets.folder / "credit" / "seed").options()
    assert not await connects(f"tls://{address}", **without)


async def test_a_certificate_of_another_authority_is_refused(address: str, tmp_path: Path) -> None:
    stranger = trustme.CA()
    pair = stranger.issue_cert("credit")
    pair.private_key_pem.write_to_path(tmp_path / "key.pem")
    pair.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    access = NatsAccess.of("credit").model_copy(
        update={"tls_cert": tmp_path / "cert.pem", "tls_key": tmp_path / "key.pem"}
    )
    assert not await connects(f"tls://{address}", **access.options())


async def test_a_server_of_another_authority_is_not_believed(address: str, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    access = NatsAccess.of("credit").model_copy(update={"tls_ca": tmp_path / "ca.pem"})
    assert not await connects(f"tls://{address}", **access.options())


async def test_nothing_is_said_to_a_server_that_speaks_in_the_clear(
    careful: EmbeddedNats, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in secrets.environment().items():
        monkeypatch.setenv(name, value)
    access = NatsAccess.of(OPERATOR).options()
    assert not await connects(careful.url.replace("nats://", "tls://"), **access)
    assert not await connects(careful.url, **access)
    assert await connects(careful.url)


async def test_keys_that_are_there_are_kept(secrets: Secrets) -> None:
    before = {path: path.read_bytes() for path in secrets.folder.rglob("*") if path.is_file()}
    assert new_secrets(secrets.folder).public == secrets.public
    assert {path: path.read_bytes() for path in before} == before
    assert secrets.folder.stat().st_mode & 0o777 == 0o700
    assert (secrets.folder / "authority" / "key.pem").stat().st_mode & 0o777 == 0o600
