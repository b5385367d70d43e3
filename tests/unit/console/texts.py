"""Every text of the pages that has a translation (待译文本), found where it stands."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir

import console.web
from console.web.language import meant

FOLDER = Path(console.web.__file__).parent
_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
_OF_SENSE = ((1, "c"), 2)
_KEYWORDS = {"said": None, "_": None, "gettext": None, "ngettext": (1, 2), "meant": _OF_SENSE, "pgettext": _OF_SENSE}


def found() -> Iterator[str | tuple[str, ...]]:
    """Each text; singular and plural where a number decides, marked with its sense where it has several."""
    for _file, _line, message, _comments, sense in extract_from_dir(FOLDER, _METHODS, keywords=_KEYWORDS):
        yield message if sense is None else meant(sense, message if isinstance(message, str) else message[0])


def texts() -> set[str]:
    """Each text once, its singular where there are two."""
    return {message if isinstance(message, str) else message[0] for message in found()}
