"""Place (场所): how the stacks that are measured are opened, one like the other."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from ops.chaos.row import own_ports
from ops.narrator import Narrator
from ops.running import USUAL_STATE
from ops.setting import Setting
from ops.stack import Stack

_POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "track_commit_timestamp": "on"}
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
        setting=Setting(postgres=_POSTGRES),
        say=narrator.say,
        replicas=replicas,
    )
