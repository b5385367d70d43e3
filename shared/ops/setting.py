"""Setting (服务器的位置): where a stack's embedded servers keep their files, how they are set, and the line services reach them by.

Usually the stack's own folder, the usual settings and no line at all; a fault drill puts a small disk or a proxy there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ops.loopback import HOST
from ops.nats_links import Link
from ops.state_folder import StateFolder


@dataclass(frozen=True)
class Setting:
    """Where the embedded servers ``nats`` and ``postgres`` stand, when not as usual (服务器的位置).

    ``folders``: their own state folders (held by the caller). ``lines``: from the port a server listens on to the one
    services reach it by. ``postgres``: settings of PostgreSQL that replace or add to the usual ones.
    ``domain``, ``links``: of NATS, where levels read from each other.
    """

    folders: Mapping[str, StateFolder] = field(default_factory=dict)
    lines: Mapping[str, Callable[[int], int]] = field(default_factory=dict)
    postgres: Mapping[str, str] = field(default_factory=dict)
    domain: str = ""
    links: Sequence[Link] = ()

    def reached(self, name: str, url: str) -> str:
        """The URL services are given for a server's own URL."""
        parts = urlsplit(url)
        if name not in self.lines or parts.port is None:
            return url
        account, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{account}{at}{HOST}:{self.lines[name](parts.port)}").geturl()


USUAL = Setting()
