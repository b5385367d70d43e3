"""Children end when they are asked, when they are not willing, and when their supervisor is gone."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from ops.child import Child, Mark, Program, mark_of, until
from ops.loopback import ask, free_port

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
SUPERVISOR = """
import signal, sys
from pathlib import Path
from ops.child import Child, Program
child = Child(Program(name="c", command=["/bin/sleep", "600"], environment={}, log=Path(sys.argv[1])))
print(child.pid, flush=True)
signal.pause()
"""


def program(log: Path, *command: str) -> Program:
    return Program(name="test", command=command, environment={}, log=log)


async def test_a_child_ends_with_its_killed_supervisor(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log")]
    supervisor = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, env=environment)
    assert supervisor.stdout is not None
    child = mark_of(int(await supervisor.stdout.readline()))
    assert child is not None
    supervisor.kill()
    await supervisor.wait()
    assert await until(lambda: not child.alive(), 10)


async def test_a_child_that_ignores_the_farewell_is_killed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    child = Child(program(log, sys.executable, "-c", DEAF))
    assert await until(lambda: "deaf" in log.read_text(), 10)
    await child.stop(patience=0.2)
    assert child.exit_code == -signal.SIGKILL


async def test_a_child_that_hears_the_farewell_ends_by_it(tmp_path: Path) -> None:
    child = Child(program(tmp_path / "log", "/bin/sleep", "600"))
    await child.stop(patience=10)
    assert child.exit_code == -signal.SIGTERM
    await child.stop(patience=10)


async def test_a_signal_for_a_process_that_is_gone_reaches_nobody_else() -> None:
    mine = mark_of(os.getpid())
    assert mine is not None
    Mark(mine.pid, mine.started - 1).send(signal.SIGKILL)
    assert mine.alive()


async def test_a_taken_port_is_replaced_and_a_free_one_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken = listening.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken


async def test_asking_where_nobody_listens_is_an_answer_not_a_failure() -> None:
    assert await ask(f"http://127.0.0.1:{free_port()}/readyz", patience=2) == (0, b"")
