"""The nursery (预热进程): imports every service once, then gives birth to warm service processes.

Importing a service takes seconds, forking milliseconds. It knows services by name alone and runs their ``main`` as
`python -m` would. `python -m ops.scenario.nursery NAME...`: each line on stdin asks for a process, its pid is the answer.
"""

import asyncio
import gc
import json
import os
import runpy
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from ops.child import Mark, follow, mark_of
from ops.failure import CannotRun, tail

_READY = b"ready\n"
_SOON = ("uvicorn.lifespan.on", "uvicorn.protocols.http.auto", "uvicorn.loops.auto", "uvloop")
"""What every service imports only while it starts."""


class Nursery:
    """The supervisor's side of it."""

    def __init__(self, services: Sequence[str], log: Path) -> None:
        self._services = services
        self._log = log
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Start it and wait until every service is imported. Raises CannotRun."""
        parent = os.getpid()
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", __name__, *self._services),
                stdin=PIPE,
                stdout=PIPE,
                stderr=log,
                env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
                start_new_session=True,
                preexec_fn=lambda: follow(parent, signal.SIGKILL),
            )
        if await self._answer() != _READY:
            raise self._failure()

    async def born(self, service: str, environment: Mapping[str, str], log: Path) -> Mark:
        """A new process of a service. Raises CannotRun."""
        order = {"service": service, "environment": dict(environment), "log": str(log)}
        async with self._turn:
            if self._process is None or self._process.stdin is None:
                raise self._failure()
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            pid = (await self._answer()).strip()
        if not pid.isdigit():
            raise self._failure()
        return mark_of(int(pid)) or Mark(int(pid), 0)

    async def stop(self) -> None:
        """End it; what it gave birth to ends with it."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def _answer(self) -> bytes:
        return b"" if self._process is None or self._process.stdout is None else await self._process.stdout.readline()

    def _failure(self) -> CannotRun:
        said = self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""
        return CannotRun(
            zh=f"服务无法载入，日志见 {self._log}",
            en=f"the services cannot be imported; the log is {self._log}{tail(said)}",
        )


def main() -> None:
    """The nursery itself."""
    for service in sys.argv[1:]:
        import_module(f"{service}.main")
    for name in _SOON:
        with suppress(ImportError):
            import_module(name)
    gc.freeze()  # shared with every child, so that no collection copies it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin.buffer:
        pid = os.fork()
        if pid == 0:
            _live(**json.loads(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _live(service: str, environment: dict[str, str], log: str) -> None:
    """Become a service; never returns."""
    try:
        follow(os.getppid(), signal.SIGKILL)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        written, nothing = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), os.open(os.devnull, os.O_RDONLY)
        for number, file in enumerate((nothing, written, written)):
            os.dup2(file, number)
        os.environ.clear()
        os.environ.update(environment)
        sys.modules.pop(f"{service}.main", None)
        sys.argv = [f"{service}.main"]
        runpy.run_module(f"{service}.main", run_name="__main__", alter_sys=True)
    finally:
        sys.stdout.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
