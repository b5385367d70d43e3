"""Place (场所): how the stacks that are measured are opened, one like the other."""

import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from ops.chaos.row import own_ports
from ops.narrator import Narrator
from ops.running import USUAL_STATE
from ops.setting import Setting
from ops.stack import Stack

_SHARE, _LEAST, _MOST = 6, 256, 4096
"""PostgreSQL's part of the machine's memory, and MiB: a quarter is its makers' advice where one server has the machine;
here two run side by side."""
_UNLIMITED = {"SHENGUAN_RATE_WRITES": "", "SHENGUAN_RATE_READS": ""}
"""One caller stands for a whole city here."""


def opened(
    narrator: Narrator, folder: Path | None = None, *, reset: bool = False, replicas: Mapping[str, int] | None = None
) -> AbstractAsyncContextManager[Stack]:
    """A stack of its own on free ports: on a folder, or on one that is removed at the end."""
    return Stack.open(
        folder or USUAL_STATE,
        temporary=folder is None,
        reset=reset,
        environment=own_ports(_UNLIMITED),
        usual_ports=False,
        setting=Setting(postgres=_postgres()),
        say=narrator.say,
        replicas=replicas,
    )


def _postgres() -> dict[str, str]:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 20
    own = min(max(memory // _SHARE, _LEAST), _MOST)
    return {"shared_buffers": f"{own}MB", "max_wal_size": "8GB", "track_commit_timestamp": "on"}
