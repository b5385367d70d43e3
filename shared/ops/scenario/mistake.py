"""Mistake (文件错误): what is wrong with a scenario file, at which line, in both languages; told all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ops.failure import CannotRun, Exit


@dataclass(frozen=True)
class Mistake:
    """One thing wrong with a file (一处错误)."""

    file: Path
    line: int
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.zh} / {self.en}"


def unreadable(mistakes: Sequence[Mistake]) -> CannotRun:
    """Nothing is run while any file has a mistake; exit code 2."""
    told = "".join(f"\n  {mistake}" for mistake in mistakes)
    return CannotRun(
        zh=f"场景文件有 {len(mistakes)} 处错误，未运行任何场景",
        en=f"the scenario files have {len(mistakes)} mistakes, nothing was run:{told}",
        exit_code=Exit.USAGE,
    )


def listed(names: Sequence[str]) -> str:
    """Known names as they stand at the end of a sentence."""
    return ", ".join(names)
