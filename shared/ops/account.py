"""The account a server runs under (运行账户): PostgreSQL refuses to run as root, so root hands it to ``nobody``.

No folder is ever opened for that account: what it cannot reach is put where it can.
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.failure import CannotRun


@dataclass(frozen=True)
class Account:
    """An unprivileged user of the system."""

    name: str
    uid: int
    gid: int

    def can_enter(self, folder: Path) -> bool:
        """Whether this account may step into a folder, asked of the system itself (access lists included)."""
        return self.succeeds(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)])

    def succeeds(self, command: Sequence[str]) -> bool:
        """Whether a command run under this account ends with 0; False also when it may not start it."""
        try:
            ended = subprocess.run(
                command, user=self.uid, group=self.gid, extra_groups=[], cwd="/", capture_output=True, check=False
            )
        except PermissionError:
            return False
        return ended.returncode == 0


def server_account() -> Account | None:
    """The account for servers when we are root; None when we are an ordinary user and simply stay it."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as missing:
        raise CannotRun(
            zh="以 root 运行内嵌 PostgreSQL 需要系统账户 nobody，请创建该账户或改用普通用户运行",
            en="as root the embedded PostgreSQL needs the system account nobody; create it or run as an ordinary user",
        ) from missing
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
