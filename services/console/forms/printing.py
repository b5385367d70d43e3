"""Printing (打印): a document becomes a PDF/A-2b, set by Typst with a Chinese font of our own, so it looks the same anywhere."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import typst

from console.forms.document import Document

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "form.typ"
_FONTS = _HERE / "fonts"


@dataclass(frozen=True, slots=True)
class Printed:
    """打印件. ``archival`` is False when a rare character is in no font here: then a reader may show a box for it."""

    pdf: bytes
    archival: bool


def printed(document: Document, on: date) -> Printed:
    """The document as PDF, printed on that day in China. CPU of some 0.1 s: not for the event loop.

    Characters outside GB 2312 are taken from the fonts of the machine (Debian: fonts-noto-cjk).
    """
    day = {"year": on.year, "month": on.month, "day": on.day}
    told = {"document": json.dumps(document.document() | {"on": day}, ensure_ascii=False)}
    try:
        return Printed(_compiled(told, "a-2b"), archival=True)
    except typst.TypstError:
        return Printed(_compiled(told, None), archival=False)


def _compiled(told: dict[str, str], standard: Literal["a-2b"] | None) -> bytes:
    return typst.compile(
        str(_TEMPLATE), format="pdf", sys_inputs=told, font_paths=[str(_FONTS)], pdf_standards=standard
    )
