"""Child processes (子进程): started in a session of their own, ended with certainty, recognised by more than a number.

A terminal's Ctrl-C reaches the supervisor alone; the kernel tells each child when the supervisor is killed,
so that nothing survives it. A pid may be used again: a mark therefore carries the start time too.
"""

import asyncio
import ctypes
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from ops.account import Account

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PAUSE = 0.02
_WATCH = 0.2


@dataclass(frozen=True)
class Mark:
    """One process of this machine and no other (进程标识): pid and start time in kernel ticks since boot."""

    pid: int
    started: int

    def alive(self) -> bool:
        """Whether this very process still runs; an ended one that nobody has reaped does not."""
        return mark_of(self.pid) == self

    def send(self, number: signal.Signals) -> None:
        """Send a signal, unless the process is gone."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def mark_of(pid: int) -> Mark | None:
    """The mark of a running process, None when there is none; without /proc the start time is 0."""
    if not Path("/proc/self/stat").exists():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            return Mark(pid, 0)
        return Mark(pid, 0)
    try:
        # The command name stands in brackets and may itself hold blanks and brackets.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in {"Z", "X"} else Mark(pid, int(fields[19]))


def resident(pid: int, which: str = "VmRSS") -> float:
    """MiB of memory a process holds, 0 when it has ended; ``VmHWM``: the most it ever held (驻留内存)."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{which}:")), 0.0)


async def until(done: Callable[[], bool], patience: float, pause: float = _PAUSE) -> bool:
    """Wait until a condition holds, asked every ``pause`` seconds; False when ``patience`` seconds have passed."""
    deadline = monotonic() + patience
    while not done():
        if monotonic() > deadline:
            return False
        await asyncio.sleep(pause)
    return True


async def end(mark: Mark, farewell: signal.Signals, patience: float) -> None:
    """End a process that is not our child: a farewell, then kill -9."""
    mark.send(farewell)
    if not await until(lambda: not mark.alive(), patience):
        mark.send(signal.SIGKILL)
        await until(lambda: not mark.alive(), patience)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run (程序): by full path, with its whole environment and the log both its outputs go to.

    ``farewell`` asks it to end in good order; ``orphaned`` is what the kernel sends when the supervisor is gone.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    farewell: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    account: Account | None = None
    folder: Path | None = None


class Child:
    """One run of a program (一次运行)."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process = _spawn(program)
        self.mark = mark_of(self._process.pid) or Mark(self._process.pid, 0)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        return self._process.poll()

    async def exited(self) -> int:
        """Wait for its end, however long; answers the exit code."""
        await until(lambda: self.exit_code is not None, math.inf, _WATCH)
        return self._process.returncode

    async def stop(self, patience: float) -> None:
        """Ask it to end; after ``patience`` seconds kill its whole session's group."""
        if self.exit_code is None:
            self._process.send_signal(self.program.farewell)
            if await until(lambda: self.exit_code is not None, patience):
                return
        self.kill()
        await self.exited()

    def kill(self) -> None:
        """Kill -9 the process and what shares its group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)


class Restartable:
    """Something that runs as one process at a time and may be started again (可重启进程)."""

    patience = 30.0

    def __init__(self) -> None:
        self._child: Child | None = None

    @property
    def started(self) -> bool:
        """Whether there was a run at all."""
        return self._child is not None

    @property
    def child(self) -> Child:
        """The present run, or the last one."""
        if self._child is None:
            message = "it was never started"
            raise RuntimeError(message)
        return self._child

    async def start(self) -> None:
        """Start the next run; the present one must have ended."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End the present run in good order; killed after ``patience`` seconds."""
        if self._child is not None:
            await self._child.stop(self.patience)


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    parent = os.getpid()
    account = program.account
    with program.log.open("ab") as log:
        return subprocess.Popen(
            list(program.command),
            env=dict(program.environment),
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            # Only this call, made after the change of user, ties the child's life to ours; it takes no lock.
            preexec_fn=lambda: follow(parent, program.orphaned),  # noqa: PLW1509
        )


def follow(parent: int, orphaned: signal.Signals) -> None:
    """Tie this process's life to its parent's: the kernel sends ``orphaned`` when ``parent`` is gone."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(orphaned))
        if os.getppid() != parent:
            os._exit(1)
