"""Language (语言): Chinese as it is written in the source, English from the catalogue; times as clocks in China show them.

The catalogue is read as translators keep it (``locale/en/LC_MESSAGES/console.po``): nothing has to be compiled.
"""

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


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; the source needs none."""
    if language != ENGLISH:
        return NullTranslations()
    compiled = BytesIO()
    with CATALOGUE.open("rb") as file:
        write_mo(compiled, read_po(file, locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def said(text: str) -> str:
    """Marks a text of the source for the catalogue; it is translated where it is shown."""
    return text


def day_text(day: date | str | None, language: str) -> str:
    """A day as people write it: 2026年11月23日, 23 Nov 2026. Empty for none."""
    if not day:
        return ""
    known = date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{known.year}年{known.month}月{known.day}日" if language == SOURCE else f"{known:%-d %b %Y}"


def time_text(moment: datetime | str | None, language: str) -> str:
    """A moment to the minute, as clocks in China show it. Empty for none."""
    if not moment:
        return ""
    known = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    local = known.astimezone(_CHINA)
    return f"{day_text(local.date(), language)} {local:%H:%M}"
