"""The services as processes (服务进程): found by their entry points, configured by environment alone, never imported."""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from http.client import OK
from importlib.metadata import entry_points

from ops.child import Child, Program, Restartable
from ops.loopback import HOST, ask, free_port
from ops.replicas import process_name
from ops.state_folder import StateFolder

COMMANDS_GROUP = "shenguan.commands"
TOOLS_GROUP = "shenguan.tools"
_USUAL_PORTS = {"approval": 8101, "supervision": 8102, "credit": 8103, "console": 8104}

_SECRETS = re.compile(
    "SHENGUAN_([A-Z]+)_(?:DATABASE_URL|OWNER_URL|SIGNING_KEY|NATS_SEED_FILE|NATS_TLS_CERT|NATS_TLS_KEY)"
)
"""Variables by which one service, or the operator, is let in."""


def service_names() -> list[str]:
    """Every installed service, in the order of the chain where that is known."""
    names = {point.name for point in entry_points(group=COMMANDS_GROUP)}
    return sorted(names, key=lambda name: (_USUAL_PORTS.get(name, 9999), name))


def service_commands() -> dict[str, Sequence[str]]:
    """How each installed service is started."""
    return {name: [sys.executable, "-P", "-m", f"{name}.main"] for name in service_names()}


def variable(service: str, what: str) -> str:
    """The name of a service's environment variable, e.g. ``SHENGUAN_APPROVAL_DATABASE_URL``."""
    return f"SHENGUAN_{service.upper()}_{what}"


def database_name(service: str) -> str:
    """The role and database of a service on the embedded server."""
    return f"shenguan_{service}"


class Service(Restartable):
    """One service process; asked to end it drains what it holds.

    The port of the first process of a service is the one its environment names, the usual one when none is named, and
    any free one for ``0``; the further ones take any free port.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        state: StateFolder,
        environment: Mapping[str, str],
        number: int = 1,
    ) -> None:
        """``number``: which process of its service it is, counted from 1."""
        super().__init__()
        self.name = name
        self.number = number
        self.command = command
        self._state = state
        self._environment = environment
        self._host = environment.get(variable(name, "HOST"), HOST)
        given = environment.get(variable(name, "PORT")) if number == 1 else "0"
        named = int(given) if given else _USUAL_PORTS.get(name, 0)
        self._fixed = bool(given) and named > 0
        self._port = named if self._fixed else free_port(named)

    @property
    def process(self) -> str:
        """What the process is called: ``supervision``, then ``supervision-2`` and so on."""
        return process_name(self.name, self.number)

    @property
    def url(self) -> str:
        """Its base URL as this machine reaches it."""
        return f"http://{HOST if self._host == '0.0.0.0' else self._host}:{self._port}"  # noqa: S104 - compared, not bound

    async def start(self) -> None:
        """Start the process; being ready is another question. A port somebody else has meanwhile is given up."""
        if not self._fixed:
            self._port = free_port(self._port)
        self._child = Child(
            Program(
                name=self.process,
                command=self.command,
                environment=self._own_environment(),
                log=self._state.log(self.process),
                folder=self._state.path,
            )
        )

    async def ready(self) -> bool:
        """Whether our process, and no stranger on its port, says that database, NATS, durables and relay are in order."""
        alive, said = await ask(f"{self.url}/healthz")
        if alive != OK or not _told_by(self.child.pid, said):
            return False
        status, _ = await ask(f"{self.url}/readyz")
        return status == OK

    def _own_environment(self) -> dict[str, str]:
        """The stack's environment without what lets others in; bytecode may be kept for the next start."""
        kept = {
            key: value
            for key, value in self._environment.items()
            if (owner := _SECRETS.fullmatch(key)) is None or owner[1] == self.name.upper()
        }
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        return kept | {variable(self.name, "HOST"): self._host, variable(self.name, "PORT"): str(self._port)}


def _told_by(pid: int, said: bytes) -> bool:
    try:
        return bool(json.loads(said)["process"] == pid)
    except (ValueError, KeyError, TypeError):
        return False


def outer_environment() -> dict[str, str]:
    """The environment we were started in."""
    return dict(os.environ)
