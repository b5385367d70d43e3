"""The same journey on PostgreSQL and NATS from containers, set up by the files in deploy/.

It also proves that `SHENGUAN_<SERVICE>_DATABASE_URL` and `SHENGUAN_NATS_URL` replace the embedded servers, and that
the services themselves find at `SHENGUAN_NATS_MONITORING_URL` that every message is synced.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import OK
from pathlib import Path
from typing import Any, cast

import asyncpg
import pytest
from testcontainers.core.container import DockerContainer

from chassis.durability import syncs_always
from ops.loopback import HOST, ask
from ops.stack import Stack
from tests.deployed_nats import DEPLOY, Secrets, new_secrets
from tests.journey import WHOLE, bare_environment, journey, until

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

SERVICES = ("approval", "supervision", "credit", "console")

Published = Callable[[int], str]
"""A container's port → host:port of this machine."""


@contextmanager
def running(image: str, files: Mapping[Path, str], *ports: int, **options: Any) -> Iterator[Published]:
    """A container with some of our files in it and its ports published on the loopback alone."""
    volumes = [(str(file), target, "ro") for file, target in files.items()]
    container = DockerContainer(image, volumes=volumes, **options)
    cast("dict[str, Any]", container.ports).update({f"{port}/tcp": (HOST,) for port in ports})
    with container:
        yield lambda port: f"{HOST}:{container.get_exposed_port(port)}"


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Secrets:
    return new_secrets(tmp_path_factory.mktemp("deployed") / "secrets")


@pytest.fixture
async def databases_given(engine: None, secrets: Secrets) -> AsyncIterator[Mapping[str, str]]:
    """The variables that name the databases of deploy/postgres-init.sql in a container of postgres:18."""
    environment = {"POSTGRES_PASSWORD_FILE": "/run/secrets/POSTGRES_PASSWORD"}
    files = {
        DEPLOY / "postgres-init.sql": "/docker-entrypoint-initdb.d/shenguan.sql",
        secrets.folder / "postgres": "/run/secrets",
    }
    with running("postgres:18", files, 5432, env=environment) as published:
        address = published(5432)
        given = {
            file.name: file.read_text(encoding="utf-8").strip().replace("@postgres:5432/", f"@{address}/")
            for service in SERVICES
            for file in (secrets.folder / service).glob("SHENGUAN_*_URL")
        }
        await until(lambda: connects(given["SHENGUAN_CREDIT_DATABASE_URL"]))
        yield given


@pytest.fixture
async def nats_given(
    engine: None, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Mapping[str, str]]:
    """The variables that name a container of nats:2.15 which says itself that it syncs every message to disk.

    By TLS, each service with its own key and certificate; this process has the operator's.
    """
    files = {
        DEPLOY / "nats.conf": "/etc/nats/nats.conf",
        DEPLOY / "nats-users.conf": "/etc/nats/nats-users.conf",
        secrets.folder / "nats": "/etc/nats/secrets",
    }
    options = {"env": dict(secrets.public), "command": "--config /etc/nats/nats.conf"}
    for name, value in secrets.environment().items():
        monkeypatch.setenv(name, value)
    with running("nats:2.15", files, 4222, 8222, **options) as published:
        monitoring = f"http://{published(8222)}"
        await until(lambda: healthy(f"{monitoring}/healthz"))
        assert await syncs_always(monitoring)
        named = {"SHENGUAN_NATS_URL": f"tls://{published(4222)}", "SHENGUAN_NATS_MONITORING_URL": monitoring}
        yield named | secrets.environment()


async def connects(database_url: str) -> bool:
    try:
        connection = await asyncpg.connect(database_url)
    except (OSError, asyncpg.PostgresError):
        return False
    await connection.close()
    return True


async def healthy(url: str) -> bool:
    return (await ask(url))[0] == OK


async def test_the_journey_is_the_same_on_servers_in_containers(
    databases_given: Mapping[str, str], nats_given: Mapping[str, str]
) -> None:
    environment = bare_environment() | dict(databases_given) | dict(nats_given)
    async with Stack.open(temporary=True, environment=environment) as stack:
        assert set(stack.info().processes) == set(SERVICES)
        assert await journey(stack.urls, stack.nats_url, stack.headers()) == WHOLE
