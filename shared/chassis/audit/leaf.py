"""Leaf (叶): a row as the bytes that are hashed, and its two digests, SHA-256 and SM3 side by side.

Bytes: every value as text with its length before it (4 bytes, big-endian; ``ff ff ff ff`` for none), the name of the
table first. So no two rows have the same bytes, and whoever checks needs no library.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from contracts.proved import Proved

LEAF = b"\x00"
BLOCK = b"\x02"
WIDTH = 32
"""Bytes of either digest."""
_NONE = b"\xff\xff\xff\xff"
_SHA256 = hashlib.sha256(LEAF)


@dataclass(frozen=True, slots=True)
class Digests:
    """One content, both hashes (双摘要)."""

    sha256: bytes
    sm3: bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """A row and its digests; ``ref`` is the table and the key, joined by ``/``."""

    ref: str
    digests: Digests


class NoSm3Error(RuntimeError):
    """这个 Python 的 OpenSSL 没有 SM3: the chain cannot be computed."""


def _sm3() -> Any:
    try:
        return hashlib.new("sm3", LEAF)
    except ValueError as absent:
        raise NoSm3Error(
            "本机 OpenSSL 不提供 SM3，请换用带 SM3 的 OpenSSL 3 / this OpenSSL has no SM3; use OpenSSL 3 with SM3"
        ) from absent


_SM3 = _sm3()


def hashed(content: bytes) -> Digests:
    """Both leaf hashes of ``content``: H(00 ‖ content), as in RFC 6962."""
    sha256, sm3 = _SHA256.copy(), _SM3.copy()
    sha256.update(content)
    sm3.update(content)
    return Digests(sha256.digest(), sm3.digest())


def packed(table: str, values: Iterable[object]) -> bytes:
    """The bytes of a row."""
    parts = [_text(table)]
    parts += [_text(value) for value in values]
    return b"".join([_NONE if part is None else len(part).to_bytes(4, "big") + part for part in parts])


def row_leaf(proved: Proved, values: Sequence[object]) -> Leaf:
    """The leaf of a row given in the order of ``proved.columns``."""
    if proved.json or proved.public:
        said = dict(zip(proved.columns, values, strict=True))
        return Leaf(ref_of(proved, said), hashed(content_of(proved, said)))
    # Every event passes here: no dictionary, and the values as they are.
    key = "/".join([str(values[place]) for place in _places(proved.table, proved.columns, proved.key)])
    return Leaf(f"{proved.table}/{key}", hashed(packed(proved.table, values)))


@cache
def _places(_table: str, columns: tuple[str, ...], key: tuple[str, ...]) -> list[int]:
    return [columns.index(name) for name in key]


def ref_of(proved: Proved, row: Mapping[str, Any]) -> str:
    """What a row is called."""
    return "/".join((proved.table, *(str(row[name]) for name in proved.key)))


def content_of(proved: Proved, row: Mapping[str, Any]) -> bytes:
    """What is hashed of a row: the public column as it is, else everything."""
    if proved.public:
        return bytes(row[proved.public])
    values = (_spelled(row[name]) if name in proved.json else row[name] for name in proved.columns)
    return packed(proved.table, values)


def _spelled(value: object) -> str | None:
    """JSON in its one spelling."""
    if value is None:
        return None
    said = json.loads(value) if isinstance(value, str | bytes) else value
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _text(value: object) -> bytes | None:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return value
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    if isinstance(value, list | tuple):
        return packed("", value)
    return str(value).encode()
