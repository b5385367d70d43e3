"""The stack (服务栈): embedded servers, streams and every service as one thing that starts, heals and stops whole.

``async with Stack.open(...) as stack`` is all that `shenguan up`, the demo, the replay and the tests use.
Whoever only looks at a running one uses ``ops.running.find_running``.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Self

from chassis.connections import connections_for
from contracts.topology import LISTENS
from kernel.role import Role
from ops.child import Restartable, end
from ops.failure import CannotRun, tail
from ops.issuer import Issuer, headers_of
from ops.keeper import Keeper, Say
from ops.nats import USUAL_PORT as NATS_PORT
from ops.nats import EmbeddedNats
from ops.postgres import USUAL_PORT as POSTGRES_PORT
from ops.postgres import EmbeddedPostgres
from ops.replicas import count_of
from ops.running import STATE_FILE, USUAL_STATE, StackInfo, recorded, this_process
from ops.services import Service, database_name, outer_environment, service_commands, variable
from ops.setting import USUAL, Setting
from ops.signing_keys import hand_over
from ops.state_folder import StateFolder, temporary_folder

_PATIENCE = 90.0
_ATTEMPTS = 3
_REGION = "640202"
_THIS_MACHINE = '["127.0.0.0/8"]'
ROLE_SWITCH = variable("console", "ROLE_SWITCH")
"""Set by whoever starts a demonstration: the console lets people be anybody (角色切换)."""
Provision = Callable[[str], Awaitable[object]]


async def provision_streams(nats_url: str, replicas: int | None = None) -> object:
    """Declare streams and durables as the chassis describes them; answers the drift it found."""
    # Loaded here: the chassis brings drivers that `shenguan --help` and `shenguan status` should not wait for.
    return await import_module("chassis.provision").provision(nats_url, replicas=replicas)


def silent(_zh: str, _en: str) -> None:
    """Say nothing about progress."""


class Stack:
    """One running stack; made by ``Stack.open``."""

    def __init__(
        self,
        state: StateFolder,
        environment: Mapping[str, str],
        say: Say,
        *,
        usual_ports: bool = True,
        setting: Setting = USUAL,
        replicas: Mapping[str, int] | None = None,
    ) -> None:
        self.state = state
        self._replicas = dict(replicas or {})
        self._usual_ports = usual_ports
        self._setting = setting
        self._environment = dict(environment)
        self._say = say
        self._operator_url = self._environment.get("SHENGUAN_NATS_URL", "")
        self._services: dict[str, Service] = {}
        self._keepers: dict[str, Keeper] = {}
        self._watches: list[asyncio.Task[None]] = []
        self._ready = False

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        state: Path = USUAL_STATE,
        *,
        temporary: bool = False,
        reset: bool = False,
        commands: Mapping[str, Sequence[str]] | None = None,
        environment: Mapping[str, str] | None = None,
        provision: Provision = provision_streams,
        say: Say = silent,
        usual_ports: bool = True,
        setting: Setting = USUAL,
        replicas: Mapping[str, int] | None = None,
    ) -> AsyncIterator[Self]:
        """Start everything, yield when all is ready, stop everything; leaves no process whatever happens.

        ``temporary`` uses a fresh folder, removed at the end, in place of ``state``; ``reset`` empties ``state``
        first. ``commands``: service → command line, by default every installed service. ``environment`` replaces
        the process's own. Without ``usual_ports`` the servers take any free ones. ``replicas``: service → number of
        its processes, one where it is not named; all of a service share its database, its durables and its keys.
        Raises CannotRun: the folder is in use, or something does not start.
        """
        async with AsyncExitStack() as leaving:
            folder = temporary_folder() if temporary else StateFolder(state)
            if temporary:
                leaving.callback(folder.remove)
            leaving.enter_context(folder.held())
            if reset:
                folder.clear()
            await _end_leftovers(folder)
            chosen = outer_environment() if environment is None else environment
            stack = cls(folder, chosen, say, usual_ports=usual_ports, setting=setting, replicas=replicas)
            leaving.push_async_callback(stack._stop)
            await stack._start(service_commands() if commands is None else commands, provision, temporary=temporary)
            yield stack

    @property
    def urls(self) -> dict[str, str]:
        """Service → base URL of its first process."""
        return {each.name: each.url for each in self._services.values() if each.number == 1}

    @property
    def replica_urls(self) -> dict[str, str]:
        """Further process of a service (``supervision-2``, …) → its base URL."""
        return {process: each.url for process, each in self._services.items() if each.number > 1}

    @property
    def nats_url(self) -> str:
        """The operator's URL of NATS, embedded or given."""
        return self._operator_url

    @property
    def nats(self) -> EmbeddedNats | None:
        """The embedded NATS; None where another is used."""
        server = self._keepers["nats"].kept if "nats" in self._keepers else None
        return server if isinstance(server, EmbeddedNats) else None

    @property
    def database_urls(self) -> dict[str, str]:
        """Service → URL of its database, password included."""
        return {name: self._environment[variable(name, "DATABASE_URL")] for name in self.urls}

    @property
    def owner_urls(self) -> dict[str, str]:
        """Service → URL of its database for the owner; empty where the service's role owns it itself."""
        return {name: self._environment.get(variable(name, "OWNER_URL"), "") for name in self.urls}

    @property
    def superuser_urls(self) -> dict[str, str]:
        """Service → URL of its database for the operator's hand: the embedded server's superuser, else as given."""
        server = self._keepers["postgres"].kept if "postgres" in self._keepers else None
        if not isinstance(server, EmbeddedPostgres):
            return self.database_urls
        return {name: server.admin_url(database_name(name)) for name in self.urls}

    @property
    def restarts(self) -> dict[str, int]:
        """Process of a service, or embedded server → how often it was started again."""
        return {name: keeper.restarts for name, keeper in self._keepers.items()}

    def headers(self, administrator: Role = Role.SYSTEM_ADMIN) -> dict[str, str]:
        """How programs of this machine sign in at its services (登录)."""
        return headers_of(self.state.path, administrator)

    def pid_of(self, name: str) -> int:
        """The present pid of a process: ``supervision``, ``supervision-2``, ``postgres``, ``nats``."""
        return self._keepers[name].kept.child.pid

    def kill(self, name: str) -> int:
        """Kill -9 a process of the stack (for tests of recovery); the stack starts it again. Answers the pid."""
        pid = self.pid_of(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def ask_to_end(self, name: str) -> None:
        """SIGTERM to a process of the stack: it finishes what it holds; the stack starts it again."""
        os.kill(self.pid_of(name), signal.SIGTERM)

    @asynccontextmanager
    async def beside(self, name: str) -> AsyncIterator[Service]:
        """One more process of a service on a port of its own, ready, for as long as the block lasts."""
        number = self._replicas.get(name, 1) + 1
        second = Service(name, self._services[name].command, self.state, self._environment, number)
        await second.start()
        try:
            while not await second.ready():
                if second.child.exit_code is not None:
                    raise self._not_ready(second.process)
                await asyncio.sleep(0.05)
            yield second
        finally:
            await second.stop()

    def info(self) -> StackInfo:
        """What others may know of this stack."""
        return StackInfo(
            state=self.state.path,
            supervisor=this_process(),
            ready=self._ready,
            urls=self.urls,
            nats_url=self._operator_url,
            database_urls=self.database_urls,
            processes={name: keeper.kept.child.mark for name, keeper in self._keepers.items() if keeper.kept.started},
            restarts=self.restarts,
            owner_urls=self.owner_urls,
            monitoring_url=self._environment.get("SHENGUAN_NATS_MONITORING_URL", ""),
            replica_urls=self.replica_urls,
        )

    async def ready(self, patience: float = _PATIENCE) -> None:
        """Wait until every service is ready; refused when one keeps failing or time is up."""
        deadline = monotonic() + patience
        for name, service in self._services.items():
            while not await service.ready():
                hopeless = not self._ready and self.restarts[name] >= _ATTEMPTS
                if hopeless or monotonic() > deadline:
                    raise self._not_ready(name)
                await asyncio.sleep(0.05)

    async def _start(self, commands: Mapping[str, Sequence[str]], provision: Provision, *, temporary: bool) -> None:
        began = monotonic()
        await self._start_nats()
        await self._start_postgres(list(commands), temporary=temporary)
        await provision(self.nats_url)
        self._environment.setdefault("SHENGUAN_REGION", _REGION)
        if not self._environment.get("SHENGUAN_IDENTITY_KEY"):
            self._environment["SHENGUAN_IDENTITY_KEY"] = self.state.identity_key()
        hand_over(self.state, commands, self._environment)
        asked = self._environment.pop(ROLE_SWITCH, "")
        if not self._environment.get("SHENGUAN_OIDC_ISSUER"):
            self._environment |= Issuer(self.state).settings()
            self._environment.setdefault(variable("console", "TOKEN_SIGN_IN"), "true")
            self._environment.setdefault("SHENGUAN_HOOK_INSIDE", _THIS_MACHINE)
            if asked:  # only ever with an issuer of our own
                self._environment[ROLE_SWITCH] = str(self.state.path)
        for name, command in commands.items():
            for number in range(1, self._replicas.get(name, 1) + 1):
                service = Service(name, command, self.state, self._environment, number)
                self._services[service.process] = service
                await self._keep(service.process, service)
                if number == 1:  # the console, the last to start, asks the others in the name of who is signed in
                    self._environment[variable("console", f"{name}_URL".upper())] = service.url
        self._record()
        await self.ready()
        self._ready = True
        self._record()
        seconds = f"{monotonic() - began:.1f}"
        self._say(f"全部服务就绪，用时 {seconds} 秒", f"all services are ready after {seconds} s")

    async def _start_nats(self) -> None:
        if self._environment.get("SHENGUAN_NATS_URL"):
            self._say("使用 SHENGUAN_NATS_URL 指定的 NATS", "using the NATS named by SHENGUAN_NATS_URL")
            return
        folder = self._setting.folders.get("nats", self.state)
        port = NATS_PORT if self._usual_ports else 0
        nats = EmbeddedNats(folder, usual_port=port, domain=self._setting.domain, links=self._setting.links)
        await self._keep("nats", nats)
        reached = self._setting.reached("nats", nats.address)
        self._operator_url, self._environment["SHENGUAN_NATS_URL"] = nats.url, reached
        for name in LISTENS:
            self._environment[variable(name, "NATS_SEED_FILE")] = str(nats.keys.seed_file(name))
        self._environment["SHENGUAN_NATS_MONITORING_URL"] = nats.monitoring
        self._say(f"NATS 已启动，端口 {nats.port}", f"NATS is up on port {nats.port}")

    async def _start_postgres(self, services: list[str], *, temporary: bool) -> None:
        missing = [name for name in services if not self._environment.get(variable(name, "DATABASE_URL"))]
        if not missing:
            self._say("使用环境变量指定的数据库", "using the databases named by the environment")
            return
        usual = POSTGRES_PORT if self._usual_ports else 0
        folder = self._setting.folders.get("postgres", self.state)
        room = {"max_connections": str(connections_for(count_of(services, self._replicas)))}
        settings = room | dict(self._setting.postgres)
        postgres = EmbeddedPostgres(folder, usual_port=usual, temporary=temporary, settings=settings)
        await self._keep("postgres", postgres)
        for name in missing:
            made = await postgres.database(database_name(name))
            self._environment[variable(name, "DATABASE_URL")] = self._setting.reached("postgres", made.url)
            self._environment[variable(name, "OWNER_URL")] = made.owner_url
        self._say(f"PostgreSQL 已启动，端口 {postgres.port}", f"PostgreSQL is up on port {postgres.port}")

    async def _keep(self, name: str, kept: Restartable) -> None:
        keeper = self._keepers[name] = Keeper(name, kept, self._say, self._record)
        try:
            await kept.start()
        finally:
            # Written also when the start is interrupted, so that the next supervisor knows what may be left.
            self._record()
        self._watches.append(asyncio.create_task(keeper.run()))

    async def _stop(self) -> None:
        """Services first, while their servers still answer; then the servers."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        self._say("正在停止全部进程", "stopping every process")
        await asyncio.gather(*(service.stop() for service in self._services.values()))
        servers = [keeper.kept for name, keeper in self._keepers.items() if name not in self._services]
        await asyncio.gather(*(server.stop() for server in servers))
        (self.state.path / STATE_FILE).unlink(missing_ok=True)
        self._say("已停止，没有残留进程", "stopped; no process is left")

    def _record(self) -> None:
        self.state.write(STATE_FILE, self.info().document())

    def _not_ready(self, name: str) -> CannotRun:
        log = self.state.log(name)
        return CannotRun(
            zh=f"服务 {name} 未能就绪，日志见 {log}",
            en=f"the service {name} does not get ready; its log is {log}"
            f"{tail(log.read_text(encoding='utf-8', errors='replace'))}",
        )


async def _end_leftovers(folder: StateFolder) -> None:
    """End what a killed supervisor left: the kernel has told them to go, here we wait until they have."""
    before = recorded(folder.path)
    if before is None:
        return
    farewells = {"postgres": signal.SIGINT}
    await asyncio.gather(
        *(end(mark, farewells.get(name, signal.SIGTERM), patience=30) for name, mark in before.processes.items())
    )
    (folder.path / STATE_FILE).unlink(missing_ok=True)
