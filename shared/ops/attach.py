"""Attach to a stack (接入服务栈): a deployed one, the running one of a state folder, or one of our own while it is needed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from ops.deployed import Deployed
from ops.failure import CannotRun, Exit
from ops.keeper import Say
from ops.running import USUAL_STATE, find_running
from ops.stack import Stack, silent


class Attached(Protocol):
    """What a command may do with a stack, whoever supervises it."""

    @property
    def urls(self) -> Mapping[str, str]:
        """Service → base URL."""
        ...

    @property
    def nats_url(self) -> str:
        """The URL of NATS, password included."""
        ...

    def headers(self) -> dict[str, str]:
        """How programs of this machine sign in at its services."""
        ...

    def kill(self, name: str) -> int:
        """Kill -9 a service; its supervisor starts it again. Answers the pid."""
        ...


@asynccontextmanager
async def attached(state: Path | None, *, temporary: bool, say: Say = silent) -> AsyncIterator[Attached]:
    """The stack the environment names when no ``state`` is given, else the one that runs there (usually ./.shenguan).

    When none runs: one of our own on a named ``state``, stopped at the end and its data kept; else, with
    ``temporary``, a fresh one that leaves nothing; else refused.
    """
    deployed = Deployed.named() if state is None else None
    running = find_running(state or USUAL_STATE)
    if deployed is not None:
        yield deployed
    elif running is not None:
        yield running
    elif state is not None or temporary:
        async with Stack.open(state or USUAL_STATE, temporary=state is None, say=say) as stack:
            yield stack
    else:
        raise CannotRun(
            zh=f"{USUAL_STATE} 中没有正在运行的服务，请先执行 shenguan up，或用 --state 指定状态目录",
            en=f"no stack runs in {USUAL_STATE}; run `shenguan up` first or name a state folder with --state",
            exit_code=Exit.USAGE,
        )
