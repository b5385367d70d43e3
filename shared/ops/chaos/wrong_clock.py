"""Wrong clock (错误时钟): runs a program whose wall clock is off, by Debian's ``faketime``; its monotonic clock is right."""

import shutil
from collections.abc import Sequence


def clock_missing() -> tuple[str, str] | None:
    """Why no clock can be set wrong here, in Chinese and English; None when it can."""
    if shutil.which("faketime") is None:
        return "未安装 faketime（apt-get install faketime）", "faketime is not installed (apt-get install faketime)"
    return None


def with_clock_off(command: Sequence[str], seconds: int) -> list[str]:
    """The same program with a wall clock that many seconds ahead (negative: behind)."""
    return [shutil.which("faketime") or "faketime", "--exclude-monotonic", "-f", f"{seconds:+d}s", *command]
