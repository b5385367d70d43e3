"""Language (语言): Chinese as it is written in the source, English from the catalogue; times as clocks in China show them.

The catalogue is read as translators keep it (``locale/en/LC_MESSAGES/console.po``): nothing has to be compiled.
"""

import re
from datetime import date, datetime
from functools import cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE, ENGLISH = "zh", "en"
LANGUAGES = {SOURCE: "中文", ENGLISH: "English"}
CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "console.po"
_CHINA = ZoneInfo("Asia/Shanghai")


_OF = "\x04"
"""Between the sense of a text and the text, as gettext's catalogues have it."""


class _Source(NullTranslations):
    """The source language: a text is what it says, in whichever sense."""

    def gettext(self, message: str) -> str:
        return message.rpartition(_OF)[2]


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; the source needs none."""
    if language != ENGLISH:
        return _Source()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def said(text: str) -> str:
    """Marks a text of the source for the catalogue; it is translated where it is shown."""
    return text


def meant(sense: str, text: str) -> str:
    """Marks a text whose translation differs by its sense (msgctxt): 办结 the verb, 办结 what was done."""
    return f"{sense}{_OF}{text}"


def day_text(day: date | str | None, language: str) -> str:
    """A day as people write it: 2026年11月23日, 23 Nov 2026. Empty for none."""
    if not day:
        return ""
    known = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{known.year}年{known.month}月{known.day}日" if language == SOURCE else f"{known:%-d %b %Y}"


def month_text(day: date, language: str) -> str:
    """The month of a day."""
    return f"{day.year}年{day.month}月" if language == SOURCE else f"{day:%b %Y}"


def time_text(moment: datetime | str | None, language: str) -> str:
    """A moment to the minute, as clocks in China show it. Empty for none."""
    if not moment:
        return ""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = known.astimezone(_CHINA)
    return f"{day_text(local.date(), language)} {local:%H:%M}"


def limit_text(limit: str, language: str) -> str:
    """A limit as people write it: 5wd is 5 个工作日. What is none is shown as it is."""
    known = _LIMIT.fullmatch(limit)
    if known is None:
        return limit
    count, unit = int(known[1]), known[2]
    return _UNITS[unit].format(count) if language == SOURCE else f"{count} {_ENGLISH[unit]}{'s' if count > 1 else ''}"


_LIMIT = re.compile(r"(\d+)(wd|d|m|h)")
_UNITS = {"wd": "{} 个工作日", "d": "{} 天", "m": "{} 个月", "h": "{} 小时"}
_ENGLISH = {"wd": "working day", "d": "day", "m": "month", "h": "hour"}
