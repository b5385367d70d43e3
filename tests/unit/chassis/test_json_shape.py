"""JSON 形态: as deep as it is, whatever stands in its strings; what no database keeps is named where it stands."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.edge.json_shape import depth, require_sound
from kernel.refusal import Refusal

DEEPEST = 32
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}"\\a\x01'),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='[{"}]\\', max_size=3), inner, max_size=4)
    ),
    max_leaves=30,
)


def nesting(content: Any) -> int:
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else None
    return 0 if inner is None else 1 + max(map(nesting, inner), default=0)


def nested(levels: int) -> bytes:
    return b'{"a":[' * (levels // 2) + b"[" * (levels % 2) + b"]" * (levels % 2) + b"]}" * (levels // 2)


def refusal_of(document: bytes) -> Refusal | None:
    try:
        require_sound(document, DEEPEST)
    except Refusal as refusal:
        return refusal
    return None


@given(ANY_JSON, st.booleans())
def test_the_depth_of_a_document_is_its_depth(content: Any, indented: bool) -> None:  # noqa: FBT001 - drawn
    document = json.dumps(content, indent=2 if indented else None, ensure_ascii=False).encode()
    assert depth(document, 100) == nesting(content)


@pytest.mark.parametrize(("levels", "refused"), [(DEEPEST, False), (DEEPEST + 1, True), (100_000, True)])
def test_one_level_too_many_is_refused(levels: int, refused: bool) -> None:  # noqa: FBT001 - a table
    refusal = refusal_of(nested(levels))
    assert (refusal is not None and refusal.code == "too-deep") is refused


@pytest.mark.parametrize("document", [b"[" * 100, b'{"a":' * 100, b"]" + b"[" * 20 + b"]" * 20, b"[{" * 50 + b"]"])
def test_what_is_no_json_is_never_called_shallower_than_a_parser_gets(document: bytes) -> None:
    reached = now = 0
    for bracket in document:
        now += (bracket in b"[{") - (bracket in b"]}")
        if now < 0:
            break
        reached = max(reached, now)
    assert depth(document, 200) >= reached


@pytest.mark.parametrize(
    ("document", "pointers"),
    [
        (rb'{"a": {"b": ["x", "\u0000"]}}', ["/a/b/1"]),
        (rb'{"a": "\ud800", "b": "\udc00x"}', ["/a", "/b"]),
        (b'{"a": "x\xed\xa0\x80", "b": "\xed\x9f\xbf"}', ["/a"]),
        (rb'{"n\u0000/~": 1}', ["/n\N{REPLACEMENT CHARACTER}~1~0"]),
        (rb'{"a": "\ud83d\ude00", "b": "\\u0000", "c": "\\ud800"}', None),
        (rb'{"a": "\u0000"', None),
        (b'{"a": "\x00"}', [""]),
        ('{"a": 1}'.encode("utf-16"), [""]),
    ],
)
def test_text_no_database_keeps_is_named_where_it_stands(document: bytes, pointers: list[str] | None) -> None:
    refusal = refusal_of(document)
    assert (None if refusal is None else [fault.pointer for fault in refusal.faults]) == pointers
