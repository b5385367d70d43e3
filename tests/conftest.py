"""Real servers for tests (测试服务器): embedded ones of this run, or those SHENGUAN_TEST_POSTGRES_URL and _NATS_URL name."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import hypothesis
import pytest

from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.state_folder import StateFolder, temporary_folder

# A loaded machine or a cold cache must not fail a property: time is measured in benchmarks, not asserted here.
hypothesis.settings.register_profile("shenguan", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("shenguan")

MakeDatabase = Callable[[str | None], Awaitable[str]]


@contextmanager
def server_folder() -> Iterator[StateFolder]:
    folder = temporary_folder()
    try:
        with folder.held():
            yield folder
    finally:
        folder.remove()


@pytest.fixture(scope="module")
def own_server() -> Iterator[EmbeddedPostgres]:
    """A server for the tests of one file: roles belong to a whole server."""
    with server_folder() as folder, asyncio.Runner() as runner:
        started = EmbeddedPostgres(folder, usual_port=0, temporary=True)
        try:
            runner.run(started.start())
            yield started
        finally:
            runner.run(started.stop())


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A superuser's URL of a PostgreSQL that is this run's own unless SHENGUAN_TEST_POSTGRES_URL names one."""
    given = os.environ.get("SHENGUAN_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with server_folder() as folder, asyncio.Runner() as runner:
        server = EmbeddedPostgres(folder, usual_port=0, temporary=True)
        try:
            runner.run(server.start())
            yield server.admin_url()
        finally:
            runner.run(server.stop())


@pytest.fixture(scope="session")
def nats_url() -> Iterator[str]:
    """The URL of a NATS with JetStream that is this run's own unless SHENGUAN_TEST_NATS_URL names one."""
    given = os.environ.get("SHENGUAN_TEST_NATS_URL")
    if given:
        yield given
        return
    with server_folder() as folder, asyncio.Runner() as runner:
        server = EmbeddedNats(folder, usual_port=0)
        try:
            runner.run(server.start())
            yield server.url
        finally:
            runner.run(server.stop())


@pytest.fixture
async def make_database(postgres_url: str) -> AsyncIterator[MakeDatabase]:
    """Make databases for one test, empty or as a copy of a template (a name); all are dropped at its end."""
    made: list[str] = []

    async def make(template: str | None = None) -> str:
        name = f"test_{uuid4().hex}"
        await _execute(postgres_url, f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"')
        made.append(name)
        return urlsplit(postgres_url)._replace(path=f"/{name}").geturl()

    yield make
    for name in made:
        await _execute(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def database_url(make_database: MakeDatabase) -> str:
    """The URL of an empty database of this test alone."""
    return await make_database(None)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
