"""Rendering (页面生成): templates to HTML in the language of the browser, with a policy that lets nothing else in.

No script, style or address of another host, none inside the page: what a page does lies in files of ours.
"""

import json
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.web import menu, words
from console.web.facts import fact_text
from console.web.language import ENGLISH, LANGUAGES, day_text, limit_text, month_text, time_text, translations
from console.web.punctuation import EnglishMarks
from console.web.session import carried
from console.web.static_files import address
from console.web.view import View
from console.web.walk_steps import STEPS
from kernel.refusal import Refusal

POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "font", "connect", "worker", "manifest")),
        "img-src 'self' data: blob:",
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    ]
)
"""Content-Security-Policy of every page; data: images are the marks of Bootstrap's fields, blob: a photo not yet sent."""
_HTMX = json.dumps(
    {
        "allowEval": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "responseHandling": [{"code": "204", "swap": False}, {"code": ".*", "swap": True}],
    }
)
"""htmx without eval and inline styles; a refused form is shown like an accepted one; nothing stays in the browser."""


WALK = "shenguan_walk"
"""The cookie of a guided walk (导览): the pages show its steps while there is one."""


@cache
def templates(language: str) -> Environment:
    """The templates of one language."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", *([EnglishMarks] if language == ENGLISH else [])],
    )
    catalogue = translations(language)
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined] # of the extension
    told: dict[str, Any] = {
        "day": partial(day_text, language=language),
        "fact": partial(fact_text, language=language),
        "limit": partial(limit_text, language=language),
        "month": partial(month_text, language=language),
        "moment": partial(time_text, language=language),
        "word": lambda code: catalogue.gettext(words.WORDS.get(str(code), str(code))),
        "translated": catalogue.gettext,
    }
    environment.filters |= told
    environment.globals |= {"static": address, "languages": LANGUAGES, "htmx": _HTMX, "walk_steps": STEPS}
    return environment


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **shown: Any
) -> HTMLResponse:
    """A page for whoever asks. ``shown``: what the template names."""
    view, session = View.of(request), carried(request.scope)
    known: dict[str, Any] = {
        "view": view,
        "session": session,
        "entries": menu.entries(session.roles if session else ()),
        "path": request.url.path,
        "here": here(request),
        "walking": WALK in request.cookies,
        "marks": "",
        **shown,
    }
    text = templates(view.language).get_template(template).render(known)
    return HTMLResponse(text, status, {"Content-Security-Policy": POLICY, "Vary": "Cookie", **(headers or {})})


def here(request: Request) -> str:
    """The address of the page, for coming back to it."""
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path, safe="/:") + query


def wrong(refusal: Refusal, language: str) -> dict[str, Any]:
    """A refusal as a form shows it: its sentence, and every fault by the field it is about."""
    return {
        "sentence": refusal.zh if language != "en" else refusal.en,
        "faults": [(fault.pointer, fault.zh if language != "en" else fault.en) for fault in refusal.faults],
    }
