"""Wrong clock (错误时钟): runs a program whose wall clock is off, by Debian's libfaketime; its monotonic clock is right.

The library is loaded into the program itself: the ``faketime`` command would stand between a supervisor and its child.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LIBRARY = "*/faketime/libfaketime.so.1"


def clock_missing() -> tuple[str, str] | None:
    """Why no clock can be set wrong here, in Chinese and English; None when it can."""
    if _library() is None or shutil.which("env") is None:
        return "未安装 faketime（apt-get install faketime）", "faketime is not installed (apt-get install faketime)"
    return None


@dataclass(frozen=True)
class WrongClock:
    """The wall clock of one program (挂钟): what the file says, read again every second, however it was started."""

    file: Path

    def off_by(self, seconds: int) -> None:
        """From now on it is that many seconds ahead (negative: behind): set again it jumps."""
        self.file.write_text(f"{seconds:+d}s\n", encoding="ascii")

    def of(self, command: Sequence[str]) -> list[str]:
        """The same program, in the same process, with this clock."""
        settings = [
            f"LD_PRELOAD={_library()}",
            f"FAKETIME_TIMESTAMP_FILE={self.file}",
            "FAKETIME_CACHE_DURATION=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
        ]
        return [shutil.which("env") or "env", *settings, *command]


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob(_LIBRARY))), None)
