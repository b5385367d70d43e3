"""CannotRun (无法运行): an operator's command stops, says why in both languages, and ends with a documented exit code.

0 done · 1 a finding (something differs, is behind or is not ready) · 2 wrong use · 70 the software or a server failed ·
130 interrupted by Ctrl-C or a signal before its end.
"""

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """What a shell sees when a command ends (退出码)."""

    DONE = 0
    FINDING = 1
    USAGE = 2
    SOFTWARE = 70
    INTERRUPTED = 130


@dataclass(eq=False, kw_only=True)
class CannotRun(Exception):  # noqa: N818 - it reads as the sentence it is; operators meet the text, not the class
    """The command cannot go on: both sentences say what to do about it."""

    zh: str
    en: str
    exit_code: Exit = Exit.SOFTWARE

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


def tail(text: str, lines: int = 12) -> str:
    """The last lines of a log, indented, for the end of a failure's sentence."""
    return "".join(f"\n    {line}" for line in text.splitlines()[-lines:])
