"""JSON shape (JSON 形态): how deep a document is and whether a database can keep its text, told before it is parsed.

Cheap for what is sound: a count of brackets and a look for the escapes that can hurt; only a hit is looked at closely.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from kernel.refusal import Fault, Refusal, malformed

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_HURTING = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|\xed[\xa0-\xbf]")
"""NUL, and what may be a lone half of a surrogate pair, as an escape or as bytes no UTF-8 has but Python's parser takes."""
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_MOST_FAULTS = 20


def require_sound(document: bytes, deepest: int) -> None:
    """Let a document pass that is not too deep and holds no text a database refuses.

    Raises:
        Refusal: ``too-deep`` or ``invalid-content`` (422).
    """
    if b"\x00" in document:
        raise malformed([Fault(pointer="", zh="含有空字符；JSON 应为 UTF-8 编码", en="contains NUL; JSON is in UTF-8")])
    if document.count(b"[") + document.count(b"{") > deepest and depth(document, deepest) > deepest:
        raise Refusal(
            code="too-deep",
            zh=f"JSON 嵌套超过 {deepest} 层，请减少嵌套后重新提交",
            en=f"The JSON is nested deeper than {deepest} levels; send it with fewer",
        )
    if _HURTING.search(document):
        _require_keepable(document)


def depth(document: bytes, enough: int) -> int:
    """How deep brackets are nested outside of strings, at most ``enough`` + 1; of what is no JSON never too little."""
    brackets = _STRING.sub(b"", document).translate(_ONE_KIND, _NOT_BRACKETS)
    # Balanced pairs are taken away from the inside, in C. A parser gets no further than the first that does not match:
    # there it is as deep as what was opened before, and what was taken away inside of that.
    for taken in range(enough):
        shorter = brackets.replace(b"[]", b"")
        if len(shorter) == len(brackets):
            return min(taken + len(brackets) - len(brackets.lstrip(b"[")), enough + 1)
        brackets = shorter
    return enough + 1 if brackets else enough


def _require_keepable(document: bytes) -> None:
    try:
        content = json.loads(document)
    except (ValueError, RecursionError):  # no JSON at all: the parser behind says what is wrong
        return
    zh, en = "含有空字符或不成对的代理码位，请删除后重新提交", "contains NUL or a lone surrogate; remove it"
    faults = [Fault(pointer=pointer, zh=zh, en=en) for pointer, _ in zip(_unkeepable(content), range(_MOST_FAULTS))]  # noqa: B905 - the shorter one ends it
    if faults:
        raise malformed(faults)


def _unkeepable(content: Any, pointer: str = "") -> Iterator[str]:
    if isinstance(content, str):
        if _UNKEEPABLE.search(content):
            yield pointer
    elif isinstance(content, list):
        for n, part in enumerate(content):
            yield from _unkeepable(part, f"{pointer}/{n}")
    elif isinstance(content, dict):
        for name, part in content.items():
            if _UNKEEPABLE.search(name):
                yield f"{pointer}/{_shown(name)}"
            yield from _unkeepable(part, f"{pointer}/{_shown(name)}")


def _shown(name: str) -> str:
    return _UNKEEPABLE.sub("\N{REPLACEMENT CHARACTER}", name).replace("~", "~0").replace("/", "~1")
