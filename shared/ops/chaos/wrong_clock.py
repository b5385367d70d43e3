"""Wrong clock (错误时钟): runs a program whose wall clock is off, by Debian's libfaketime; its monotonic clock is right.

The library is loaded into the program itself: the ``faketime`` command would stand between a supervisor and its child.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

_LIBRARY = "*/faketime/libfaketime.so.1"


def clock_missing() -> tuple[str, str] | None:
    """Why no clock can be set wrong here, in Chinese and English; None when it can."""
    if _library() is None or shutil.which("env") is None:
        return "未安装 faketime（apt-get install faketime）", "faketime is not installed (apt-get install faketime)"
    return None


def with_clock_off(command: Sequence[str], seconds: int) -> list[str]:
    """The same program, in the same process, with a wall clock that many seconds ahead (negative: behind)."""
    settings = [f"LD_PRELOAD={_library()}", f"FAKETIME={seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC=1"]
    return [shutil.which("env") or "env", *settings, *command]


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob(_LIBRARY))), None)
