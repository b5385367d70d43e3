"""The stack starts whole, heals what dies, refuses a second supervisor and leaves no process behind.

The services here are small stand-ins; the real ones run in the journeys.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from chassis.connections import PER_PROCESS
from ops.child import Mark, mark_of, until
from ops.failure import CannotRun, Exit
from ops.loopback import ask
from ops.running import StackInfo, find_running
from ops.stack import Stack
from ops.state_folder import StateFolder, temporary_folder

pytestmark = pytest.mark.servers

FAKE = str(Path(__file__).parents[1] / "fakes" / "service_process.py")
SUPERVISOR = """
import asyncio, signal, sys
from pathlib import Path
for ask in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a run in the background is started with some ignored
    signal.signal(ask, signal.SIG_DFL)
from ops.narrator import Narrator, conduct, until_asked_to_stop
from ops.failure import Exit
from ops.stack import Stack

async def nothing(nats_url):
    return []

async def main():
    command = {"approval": [sys.executable, sys.argv[2], "approval", "willing"]}
    async with Stack.open(Path(sys.argv[1]), commands=command, provision=nothing) as stack:
        print("ready", flush=True)
        await until_asked_to_stop()
    return Exit.DONE

conduct(main())
"""


async def nothing(_nats_url: str) -> list[object]:
    return []


def services(**modes: str) -> dict[str, Sequence[str]]:
    return {name: [sys.executable, FAKE, name, mode] for name, mode in modes.items()}


def bare() -> dict[str, str]:
    """This environment without anything that configures a stack."""
    return {key: value for key, value in os.environ.items() if not key.startswith("SHENGUAN_")}


@pytest.fixture
async def state() -> AsyncIterator[Path]:
    folder = temporary_folder()
    yield folder.path
    folder.remove()


def opened(state: Path, **options: Any) -> Any:
    defaults: dict[str, Any] = {
        "commands": services(approval="willing", credit="willing"),
        "provision": nothing,
        "environment": bare(),
    }
    return Stack.open(state, **(defaults | options))


async def supervisor(state: Path) -> asyncio.subprocess.Process:
    environment = bare() | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, str(state), FAKE, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 60) == b"ready\n"
    return process


async def shenguan(*words: str) -> Any:
    """What a command says with ``--json``."""
    program = str(Path(sys.executable).with_name("shenguan"))
    ran = await asyncio.create_subprocess_exec(program, *words, stdout=asyncio.subprocess.PIPE, env=bare())
    return json.loads((await ran.communicate())[0])


def marks(info: StackInfo | None) -> list[Mark]:
    assert info is not None
    assert set(info.processes) == {"approval", "postgres", "nats"}
    return list(info.processes.values())


async def test_a_stack_is_ready_found_by_others_and_gone_afterwards(state: Path) -> None:
    async with opened(state) as stack:
        found = find_running(state)
        assert found == stack.info()
        assert found is not None
        assert found.ready
        assert (await ask(f"{found.urls['approval']}/readyz"))[0] == 200
        assert (state / "stack.json").stat().st_mode & 0o777 == 0o600
        processes = list(found.processes.values())
    assert find_running(state) is None
    assert not any(process.alive() for process in processes)


async def test_a_service_sees_its_own_database_and_identity_and_no_other(state: Path) -> None:
    async with opened(state) as stack:
        assert set(stack.database_urls) == {"approval", "credit"}
        told = StateFolder(state).log("credit").read_text(encoding="utf-8").split()
    assert "SHENGUAN_CREDIT_DATABASE_URL" in told
    assert {"SHENGUAN_CREDIT_SIGNING_KEY", "SHENGUAN_CREDIT_NATS_SEED_FILE", "SHENGUAN_TRUSTED_KEYS"} <= set(told)
    assert not [key for key in told if key.startswith("SHENGUAN_APPROVAL_") and not key.endswith(("_HOST", "_PORT"))]
    assert {"SHENGUAN_NATS_URL", "SHENGUAN_NATS_MONITORING_URL", "SHENGUAN_IDENTITY_KEY", "SHENGUAN_REGION"} <= set(
        told
    )


@pytest.mark.parametrize("name", ["approval", "postgres", "nats"])
async def test_whatever_is_killed_is_started_again_at_the_same_address(state: Path, name: str) -> None:
    async with opened(state) as stack:
        before, urls = stack.pid_of(name), (stack.urls, stack.nats_url, stack.database_urls)
        found = find_running(state)
        assert found is not None
        assert found.kill(name) == before
        assert await until(lambda: found.fresh().restarts[name] == 1 and found.pid_of(name) != before, 30)
        await stack.ready()
        assert (stack.urls, stack.nats_url, stack.database_urls) == urls
        connection = await asyncpg.connect(stack.database_urls["approval"])
        await connection.close()


async def test_a_second_stack_on_the_same_state_is_refused_and_the_first_is_unharmed(state: Path) -> None:
    async with opened(state) as stack:
        with pytest.raises(CannotRun) as refused:
            async with opened(state, reset=True):
                pass
        assert refused.value.exit_code == Exit.USAGE
        assert find_running(state) == stack.info()
        await stack.ready()


async def test_data_stays_from_one_run_to_the_next_and_goes_with_a_reset(state: Path) -> None:
    async def visits(*, reset: bool) -> int:
        async with opened(state, reset=reset) as stack:
            connection = await asyncpg.connect(stack.owner_urls["approval"])
            await connection.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz DEFAULT now())")
            await connection.execute("INSERT INTO visit DEFAULT VALUES")
            count: int = await connection.fetchval("SELECT count(*) FROM visit")
            await connection.close()
            return count

    assert [await visits(reset=reset) for reset in (False, False, True)] == [1, 2, 1]


async def test_a_service_that_never_gets_ready_ends_the_stack_and_its_log_is_quoted(state: Path) -> None:
    with pytest.raises(CannotRun, match="on fire"):
        async with opened(state, commands=services(approval="willing", credit="broken")):
            pass
    assert find_running(state) is None


async def test_every_process_of_a_service_is_kept_listed_and_stopped(state: Path) -> None:
    async with opened(state, replicas={"approval": 3}) as stack:
        found = find_running(state)
        assert found == stack.info()
        assert found is not None
        assert set(found.processes) == {"approval", "approval-2", "approval-3", "credit", "postgres", "nats"}
        assert list(found.process_urls) == ["approval", "credit", "approval-2", "approval-3"]
        assert len(set(found.process_urls.values())) == 4
        assert set(stack.urls) == set(stack.database_urls) == {"approval", "credit"}
        before, first = found.kill("approval-2"), found.pid_of("approval")
        assert await until(lambda: found.fresh().restarts["approval-2"] == 1, 30)
        await stack.ready()
        assert (found.pid_of("approval-2") != before, found.pid_of("approval")) == (True, first)
        assert found.fresh().process_urls == found.process_urls
        connection = await asyncpg.connect(stack.database_urls["approval"])
        assert int(await connection.fetchval("SHOW max_connections")) >= 4 * PER_PROCESS
        await connection.close()
        told = await shenguan("status", "--json", "--state", str(state))
        assert [(each["service"], each["process"], each["ready"]) for each in told["services"]] == [
            *(("approval", process, True) for process in ("approval", "approval-2", "approval-3")),
            ("credit", "credit", True),
        ]
        assert [each["restarts"] for each in told["services"]] == [0, 1, 0, 0]
        marked = list(found.fresh().processes.values())
    assert not any(mark.alive() for mark in marked)


async def test_given_servers_replace_the_embedded_ones(state: Path, database_url: str, nats_url: str) -> None:
    given = {"SHENGUAN_APPROVAL_DATABASE_URL": database_url, "SHENGUAN_NATS_URL": nats_url}
    async with opened(state, commands=services(approval="willing"), environment=bare() | given) as stack:
        assert (stack.database_urls, stack.nats_url) == ({"approval": database_url}, nats_url)
        assert set(stack.info().processes) == {"approval"}
    assert not (state / "postgres").exists()


async def test_a_temporary_stack_leaves_no_folder(state: Path) -> None:
    async with opened(state, temporary=True) as stack:
        path = stack.state.path
        assert path != state
    assert not path.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_everything_in_good_order(state: Path, number: signal.Signals) -> None:
    process = await supervisor(state)
    processes = marks(find_running(state))
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 60) == Exit.DONE
    assert not any(mark.alive() for mark in processes)


async def test_nothing_survives_kill_9_of_the_supervisor_and_the_next_start_works(state: Path) -> None:
    process = await supervisor(state)
    processes = marks(find_running(state))
    process.kill()
    await process.wait()
    assert await until(lambda: not any(mark.alive() for mark in processes), 30)
    assert find_running(state) is None
    async with opened(state) as stack:
        await stack.ready()


async def test_a_service_that_ignores_sigterm_is_killed_at_last(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.services.Service.patience", 0.2)
    async with opened(state, commands=services(approval="deaf")) as stack:
        mark = mark_of(stack.pid_of("approval"))
        assert mark is not None
    assert not mark.alive()
