"""A running stack as others see it (运行中的服务栈): what its supervisor wrote, believed only while that supervisor lives."""

import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kernel.role import Role
from ops.child import Mark, mark_of
from ops.issuer import headers_of
from ops.state_folder import StateFolder

STATE_FILE = "stack.json"
USUAL_STATE = Path(".shenguan")


@dataclass(frozen=True, kw_only=True)
class StackInfo:
    """One snapshot of a stack.

    ``urls``: service → base URL of its first process; ``replica_urls``: further process → its base URL;
    ``database_urls``, ``owner_urls``: service → URL with password; ``processes``: processes of services and embedded
    servers → mark; ``restarts``: the same names → how often the supervisor started it again.
    """

    state: Path
    supervisor: Mark
    ready: bool
    urls: Mapping[str, str]
    nats_url: str
    database_urls: Mapping[str, str]
    processes: Mapping[str, Mark]
    restarts: Mapping[str, int] = field(default_factory=dict)
    owner_urls: Mapping[str, str] = field(default_factory=dict)
    monitoring_url: str = ""
    replica_urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def process_urls(self) -> dict[str, str]:
        """Every process of every service → its base URL, the first ones in front."""
        return {**self.urls, **self.replica_urls}

    def fresh(self) -> "StackInfo":
        """The same stack now; itself when it no longer runs."""
        return find_running(self.state) or self

    def pid_of(self, name: str) -> int:
        """The pid of a service's present process, read anew: restarts change it."""
        return self.fresh().processes[name].pid

    def kill(self, name: str) -> int:
        """Kill -9 a service (for tests of recovery); answers the pid that was killed."""
        pid = self.pid_of(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def headers(self, administrator: Role = Role.SYSTEM_ADMIN) -> dict[str, str]:
        """How programs of this machine sign in at its services (登录)."""
        return headers_of(self.state, administrator)

    def stop(self) -> None:
        """Ask the supervisor to stop everything; it takes a moment."""
        self.supervisor.send(signal.SIGTERM)

    def document(self) -> dict[str, Any]:
        """The content of ``stack.json``."""
        return {
            "supervisor": _plain(self.supervisor),
            "ready": self.ready,
            "urls": dict(self.urls),
            "nats_url": self.nats_url,
            "database_urls": dict(self.database_urls),
            "processes": {name: _plain(mark) for name, mark in self.processes.items()},
            "restarts": dict(self.restarts),
            "owner_urls": dict(self.owner_urls),
            "monitoring_url": self.monitoring_url,
            "replica_urls": dict(self.replica_urls),
        }


def recorded(state: Path) -> StackInfo | None:
    """What the last supervisor of this folder wrote, whether it lives or not; None when there is nothing to read."""
    content = StateFolder(state).read(STATE_FILE) if (state / STATE_FILE).exists() else None
    if content is None:
        return None
    return StackInfo(
        state=state.resolve(),
        supervisor=Mark(**content["supervisor"]),
        ready=content["ready"],
        urls=content["urls"],
        nats_url=content["nats_url"],
        database_urls=content["database_urls"],
        processes={name: Mark(**mark) for name, mark in content["processes"].items()},
        restarts=content["restarts"],
        owner_urls=content.get("owner_urls", {}),
        monitoring_url=content.get("monitoring_url", ""),
        replica_urls=content.get("replica_urls", {}),
    )


def find_running(state: Path = USUAL_STATE) -> StackInfo | None:
    """The stack that runs in a state folder, None when none does; a file left by a dead supervisor is no stack."""
    info = recorded(state)
    return info if info is not None and info.supervisor.alive() else None


def this_process() -> Mark:
    """The mark of the calling process."""
    return mark_of(os.getpid()) or Mark(os.getpid(), 0)


def _plain(mark: Mark) -> dict[str, int]:
    return {"pid": mark.pid, "started": mark.started}
