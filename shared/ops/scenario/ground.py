"""The ground (场地): one PostgreSQL, one NATS and one nursery for a whole run; every scenario gets a plot of its own.

A plot is fresh: databases copied from migrated templates, a NATS account nobody used before, newborn services.
Nothing here outlives the run, so nothing waits for the disk: where there is room it all stays in memory.
"""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from http.client import OK
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Self

from chassis.connections import connections_for
from chassis.owner import Owner
from chassis.provision import provision
from ops.child import Mark
from ops.failure import CannotRun, tail
from ops.issuer import Issuer
from ops.loopback import HOST, ask, free_port
from ops.nats import EmbeddedNats
from ops.postgres import Database, EmbeddedPostgres
from ops.scenario.nursery import Nursery
from ops.services import database_name, service_names, variable
from ops.signing_keys import TRUSTED, hand_over
from ops.state_folder import StateFolder, temporary_folder

_PATIENCE = 60.0
_PAUSE = 0.02
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_ROOM = 2 * 2**30
_OLD = 3600.0
_SHOWN = 1500
_PASSING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Plot:
    """Where one scenario runs (一个场景的环境): service → base URL, service → log."""

    urls: Mapping[str, str]
    logs: Mapping[str, Path]

    def errors(self) -> list[str]:
        """The last error of each service, as its log tells it."""
        told = []
        for service, log in self.logs.items():
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
            bad = [line for line in lines if '"level": "error"' in line or '"level": "critical"' in line]
            told += [f"{service} {line[-_SHOWN:]}" for line in bad[-1:]]
        return told


class Ground:
    """Made by ``Ground.open``."""

    def __init__(self, state: StateFolder, plots: int, at_once: int) -> None:
        self.state = state
        self._services = service_names()
        self._accounts = [f"s{number:04}" for number in range(plots)]
        self._unused = iter(self._accounts)
        # One more than run: a plot that ended is cleared while the next is made.
        room = {"max_connections": str(connections_for(len(self._services) * (at_once + 1)))}
        self._postgres = EmbeddedPostgres(state, usual_port=0, temporary=True, settings=_PASSING | room)
        self._nats = EmbeddedNats(state, usual_port=0, accounts=self._accounts)
        self._keys: dict[str, str] = {}
        self._nursery = Nursery(self._services, state.log("nursery"))
        self.issuer = Issuer(state)
        self._clearing: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def open(cls, plots: int, at_once: int, *, keep: bool = False) -> AsyncIterator[Self]:
        """Start everything, for at most ``plots`` scenarios, ``at_once`` at a time; stop everything. Raises CannotRun.

        ``keep`` leaves the folder with logs and databases behind.
        """
        async with AsyncExitStack() as leaving:
            folder = temporary_folder(None if keep else memory_folder())
            if not keep:
                leaving.callback(folder.remove)
            leaving.enter_context(folder.held())
            ground = cls(folder, plots, at_once)
            leaving.push_async_callback(ground._stop)
            await asyncio.gather(ground._nursery.start(), ground._nats.start(), ground._prepare())
            yield ground

    @asynccontextmanager
    async def plot(self, *, keep: bool = False) -> AsyncIterator[Plot]:
        """A fresh plot, with every service ready; cleared afterwards unless ``keep``. Raises CannotRun."""
        account = next(self._unused)
        names = {service: f"{account}_{service}" for service in self._services}
        await provision(self._nats.url_of(account))
        databases = {
            service: await self._postgres.copy(database_name(service), name) for service, name in names.items()
        }
        ports = {service: free_port() for service in self._services}
        logs = {service: self.state.log(name) for service, name in names.items()}
        marks: dict[str, Mark] = {}
        try:
            for service, database in databases.items():
                environment = self._environment(service, database, account, ports[service])
                marks[service] = await self._nursery.born(service, environment, logs[service])
            plot = Plot({service: f"http://{HOST}:{port}" for service, port in ports.items()}, logs)
            await asyncio.gather(*(_ready(service, mark, plot) for service, mark in marks.items()))
            yield plot
        finally:
            for mark in marks.values():
                mark.send(signal.SIGKILL)
            if not keep:
                clearing = asyncio.create_task(self._clear(list(names.values())))
                self._clearing.add(clearing)
                clearing.add_done_callback(self._clearing.discard)

    async def _prepare(self) -> None:
        """The template of every service: its own database, migrated."""
        hand_over(self.state, self._services, self._keys)
        await self._postgres.start()
        for service in self._services:
            made = await self._postgres.database(database_name(service))
            await Owner(made.owner_url, made.url).prepare(_migrations(service))

    def _environment(self, service: str, database: Database, account: str, port: int) -> dict[str, str]:
        outer = {key: value for key, value in os.environ.items() if not key.startswith("SHENGUAN_")}
        return (
            outer
            | self.issuer.settings()
            | {
                variable(service, "SIGNING_KEY"): self._keys[variable(service, "SIGNING_KEY")],
                TRUSTED: self._keys[TRUSTED],
                variable(service, "DATABASE_URL"): database.url,
                variable(service, "OWNER_URL"): database.owner_url,
                variable(service, "HOST"): HOST,
                variable(service, "PORT"): str(port),
                "SHENGUAN_NATS_URL": self._nats.url_of(account),
                "SHENGUAN_IDENTITY_KEY": self.state.identity_key(),
            }
        )

    async def _clear(self, databases: list[str]) -> None:
        for name in databases:
            await self._postgres.drop(name)

    async def _stop(self) -> None:
        await asyncio.gather(*self._clearing, return_exceptions=True)
        await self._nursery.stop()
        await asyncio.gather(self._postgres.stop(), self._nats.stop())


def memory_folder() -> Path | None:
    """A folder of this machine's memory with room for databases; None when there is none.

    What runs that were killed left there long ago is removed first: memory is too dear to keep it.
    """
    for left in _MEMORY.glob("shenguan-*"):
        _forget(left)
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if roomy else None


def _forget(left: Path) -> None:
    """Remove an old state folder that nobody holds and that is ours."""
    try:
        about = left.stat()
    except FileNotFoundError:
        return
    if about.st_uid != os.getuid() or time.time() - about.st_mtime < _OLD:
        return
    folder = StateFolder(left)
    with suppress(CannotRun), folder.held():
        folder.remove()


def _migrations(service: str) -> Path:
    """A service's migrations, found by its name."""
    spec = find_spec(service)
    places = list(spec.submodule_search_locations or ()) if spec else []
    if not places:
        raise CannotRun(zh=f"找不到服务 {service}", en=f"the service {service} is not installed")
    return Path(places[0]) / "migrations"


async def _ready(service: str, mark: Mark, plot: Plot) -> None:
    deadline = monotonic() + _PATIENCE
    while (await ask(f"{plot.urls[service]}/readyz"))[0] != OK:
        if not mark.alive() or monotonic() > deadline:
            log = plot.logs[service]
            said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
            raise CannotRun(
                zh=f"服务 {service} 未能就绪，日志见 {log}", en=f"the service {service} does not get ready{tail(said)}"
            )
        await asyncio.sleep(_PAUSE)
