"""Printing (打印): a document, or an assessment, becomes a PDF/A-2b, set by Typst with a Chinese font of our own, so it looks the same anywhere."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import typst

from console.forms.document import Assessed, Document

_HERE = Path(__file__).parent
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
    return _printed("form.typ", document.document(), on)


def printed_assessment(assessed: Assessed, on: date) -> Printed:
    """The assessment as PDF, as above."""
    return _printed("assessment.typ", asdict(assessed), on)


def _printed(template: str, document: Mapping[str, Any], on: date) -> Printed:
    day = {"year": on.year, "month": on.month, "day": on.day}
    told = {"document": json.dumps({**document, "on": day}, ensure_ascii=False)}
    try:
        return Printed(_compiled(template, told, "a-2b"), archival=True)
    except typst.TypstError:
        return Printed(_compiled(template, told, None), archival=False)


def _compiled(template: str, told: dict[str, str], standard: Literal["a-2b"] | None) -> bytes:
    return typst.compile(
        str(_HERE / template), format="pdf", sys_inputs=told, font_paths=[str(_FONTS)], pdf_standards=standard
    )
