"""Discretion (不外泄): the last net before a text leaves for a log, a span, a dead letter or an error body.

What drivers and decoders add of the data itself (rows, parameters, inputs) is cut; numbers, phones and mail addresses
that are left are masked. Names cannot be recognised: whoever writes a text keeps them out.
"""

import re
from collections.abc import Mapping
from typing import Any

from kernel.masking import discreet, masked_mail

_ECHOES = (
    (re.compile(r"(DETAIL:).*"), r"\1 (…)"),
    (re.compile(r"(Failing row contains) .*"), r"\1 (…)"),
    (re.compile(r"(?<=\[parameters: ).*(?=\])"), "…"),
    (re.compile(r"(input_value=).*?(?=, input_type=)", re.DOTALL), r"\1…"),
    (re.compile(r"(Invalid enum value) (?:'.*?'|\S+?)(?=$|\s| - at)"), r"\1"),
    (re.compile(r"(contains unknown field) `.*?`"), r"\1"),
)
_MAIL = re.compile(r"[\w.+%-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_DEEPEST = 6


def kept_quiet(text: str) -> str:
    """The text without data of persons."""
    for echo, instead in _ECHOES:
        text = echo.sub(instead, text)
    return _MAIL.sub(lambda found: masked_mail(found.group()), discreet(text)) if text else text


def kept_quiet_in(value: Any, depth: int = 0) -> Any:
    """The same for whatever a log line or a span carries: texts in it are cleaned, the rest stays as it is."""
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return {kept_quiet(str(name)): kept_quiet_in(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [kept_quiet_in(each, depth + 1) for each in value]
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    said = str(value)
    clean = kept_quiet(said)
    return value if clean == said and isinstance(value, bool | int | float | None) else clean
