"""The state folder (状态目录): everything a stack leaves on disk, owned by one supervisor at a time.

Secrets are readable by the owner alone; what other programs read is written whole or not at all;
``clear`` removes only what this module knows to be the stack's own.
"""

import fcntl
import json
import os
import secrets
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ops.failure import CannotRun, Exit

KEYS = ("identity.key", "nkeys", "signing", "trusted-keys.json")
"""What cannot be made again: a backup without it has to be kept together with it."""
_OURS = (
    "stack.json",
    "passwords.json",
    "postgres.json",
    *KEYS,
    "issuer.key",
    "issuer.jwks",
    "postgres",
    "nats",
    "logs",
)


class StateFolder:
    """One state folder; created on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(_mode())
        (self.path / "logs").mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder against every other supervisor; refused when one has it. The system frees it at our death."""
        with (self.path / "stack.lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as taken:
                raise CannotRun(
                    zh=f"{self.path} 已有一套服务在运行，请先执行 shenguan stop，或用 --state 指定其他目录",
                    en=f"a stack already runs in {self.path}; run `shenguan stop` first or name another folder with --state",
                    exit_code=Exit.USAGE,
                ) from taken
            yield

    def clear(self) -> None:
        """Remove what the stack keeps here, also the database put elsewhere; only while the folder is held."""
        elsewhere = (self.read("postgres.json") or {}).get("home")
        if elsewhere is not None:
            shutil.rmtree(elsewhere, ignore_errors=True)
        for name in _OURS:
            path = self.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        (self.path / "logs").mkdir(mode=0o700)

    def remove(self) -> None:
        """Remove the folder itself with everything in it (a temporary stack's end)."""
        self.clear()
        shutil.rmtree(self.path, ignore_errors=True)

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.path / "logs" / f"{name}.log"

    def read(self, name: str) -> Any:
        """The content of a JSON file, None when there is none."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: object) -> None:
        """Write a JSON file for the owner alone; a reader sees the old one or the new one, never a half."""
        write_private(self.path / name, json.dumps(content, indent=2, sort_keys=True).encode() + b"\n")

    def password(self, name: str) -> str:
        """The password of a server's account: made once, 192 bits, kept in ``passwords.json``."""
        known: dict[str, str] = self.read("passwords.json") or {}
        if name not in known:
            known[name] = secrets.token_hex(24)
            self.write("passwords.json", known)
        return known[name]

    def identity_key(self) -> str:
        """The stack's identity key (身份密钥): 32 random bytes in base64, made once; losing it orphans sealed numbers."""
        path = self.path / "identity.key"
        if not path.exists():
            write_private(path, b64encode(secrets.token_bytes(32)))
        return path.read_text(encoding="ascii").strip()


def temporary_folder(parent: Path | None = None) -> StateFolder:
    """A fresh state folder among the system's temporary files, or in ``parent``; the caller removes it."""
    path = Path(tempfile.mkdtemp(prefix="shenguan-", dir=parent))
    path.chmod(_mode())
    return StateFolder(path)


def _mode() -> int:
    # Root's server account must be able to pass through, not to look around.
    return 0o711 if os.geteuid() == 0 else 0o700


def write_private(path: Path, content: bytes) -> None:
    """Replace a file atomically and durably, readable by its owner alone (mode 0600)."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
