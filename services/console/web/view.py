"""View (显示方式): language, large text and single keys as each browser chose them, kept in one plain cookie."""

from dataclasses import dataclass, replace
from typing import Self

from starlette.requests import Request

from console.web.language import ENGLISH, LANGUAGES, SOURCE

COOKIE = "shenguan_view"
_LARGE, _NO_KEYS = "large", "nokeys"


@dataclass(frozen=True, slots=True)
class View:
    """How somebody looks at the pages; nothing in it is about a person."""

    language: str = SOURCE
    large: bool = False
    """大字版."""
    keys: bool = True
    """Single-key shortcuts (WCAG 2.1.4: they can be turned off)."""

    @classmethod
    def of(cls, request: Request) -> Self:
        """As chosen; before that Chinese, unless the browser asks for English alone."""
        kept = request.cookies.get(COOKIE, "").split(".")
        if kept[0] in LANGUAGES:
            return cls(kept[0], _LARGE in kept, _NO_KEYS not in kept)
        asked = request.headers.get("accept-language", "").lower()
        return cls(ENGLISH if asked.startswith("en") and "zh" not in asked else SOURCE)

    @property
    def tag(self) -> str:
        """BCP 47, for ``<html lang>``."""
        return "zh-CN" if self.language == SOURCE else "en"

    def chosen(self, choice: str) -> "View":
        """With one choice made: a language, ``large``, ``keys``; anything else changes nothing."""
        if choice in LANGUAGES:
            return replace(self, language=choice)
        if choice == "large":
            return replace(self, large=not self.large)
        return replace(self, keys=not self.keys) if choice == "keys" else self

    def kept(self) -> str:
        """As the cookie holds it."""
        return ".".join([self.language, *([_LARGE] if self.large else []), *([] if self.keys else [_NO_KEYS])])
