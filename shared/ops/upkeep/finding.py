"""Finding (体检结论): what a check of a stack saw, how bad it is, and what to do about it, in both languages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad a finding is (轻重)."""

    OK = "OK"
    WARN = "WARN"
    """Work goes on; somebody should look, or it could not be looked at."""
    BAD = "BAD"
    """Something stands still, is not protected, or can be lost."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One sentence about a stack. ``about``: the service, stream, key or file, empty for the whole."""

    code: str
    level: Level
    zh: str
    en: str
    about: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""

    def document(self) -> dict[str, Any]:
        """For machines."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What a check says when it finds something; the sentences take named places in braces (问题)."""

    level: Level
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str

    def told(self, code: str, about: str, **places: Any) -> Finding:
        """The finding with its places filled in."""
        return Finding(
            code=code,
            level=self.level,
            about=about,
            zh=self.zh.format(about=about, **places),
            en=self.en.format(about=about, **places),
            remedy_zh=self.remedy_zh.format(about=about, **places),
            remedy_en=self.remedy_en.format(about=about, **places),
        )


Look = Callable[[], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing to look at (检查项). ``look`` answers what is wrong, nothing when all is well."""

    code: str
    zh: str
    en: str
    look: Look


async def examine(checks: Sequence[Check], excuses: tuple[type[Exception], ...]) -> list[Finding]:
    """Look at everything, one after the other; what cannot be looked at (``excuses``) is a warning that says so."""
    findings: list[Finding] = []
    for check in checks:
        try:
            found = list(await check.look())
        except excuses as fault:
            found = [_unchecked(check, fault)]
        findings += found or [Finding(code=check.code, level=Level.OK, zh=f"{check.zh}：正常", en=f"{check.en}: fine")]
    return findings


def _unchecked(check: Check, fault: Exception) -> Finding:
    return Finding(
        code=check.code,
        level=Level.WARN,
        zh=f"{check.zh}：无法检查（{str(fault) or type(fault).__name__}）",
        en=f"{check.en}: could not be checked ({str(fault) or type(fault).__name__})",
        remedy_zh="确认它在运行、地址与权限无误，再执行 shenguan doctor",
        remedy_en="see that it runs and that address and rights are right, then run shenguan doctor again",
    )
