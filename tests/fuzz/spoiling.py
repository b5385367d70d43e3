"""Spoiling (破坏): what a careless or hostile sender makes of a request. Everything is drawn from one seed."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

NASTY: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 2**64, -(2**63) - 1, 10**400, 0.1, -0.0, 1e308, [], {}, [[]], ""),
    *(
        " ",
        "\x00",
        "\x1f",
        "\x7f",
        "\ud800",
        "\udfff\ud800",
        "\ufeff",
        "\u202e",
        "长" * 3000,
        "a" * 70_000,
        "%00",
        "%",
        "_",
    ),
    *("0000-00-00", "2026-02-30", "9999-12-31", "0001-01-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"),
    *("2026-03-02T08:00:00", "-1", "1e5", "NaN", "١٢٣", "' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "=1+1", "P1D"),
    *("00000000-0000-0000-0000-000000000000", "640202199001011234", "91640202MA00000A14", "\r\nSet-Cookie: a=b"),
)
_JSON = "application/json"
_LINES = "application/x-ndjson"
_FORM = "multipart/form-data; boundary=edge"
_KINDS = (
    *("", "text/plain", "application/xml", "application/x-www-form-urlencoded", _FORM, "multipart/form-data"),
    *("application/json; charset=utf-16", "application/JSON", "application/octet-stream", "*/*", "\xff", "json"),
    "application/yaml",
)


@dataclass(frozen=True)
class Sent:
    """A body as it is sent."""

    content: bytes
    headers: dict[str, str]


Spoil = Callable[[Any, Random], Sent]


def spoiled(document: Any, random: Random) -> tuple[str, Sent]:
    """A document, harmed in one of the known ways: the name of the way, and what is sent."""
    name, spoil = random.choice(_WAYS)
    return name, spoil(document, random)


def written(document: Any) -> bytes:
    """As JSON; what UTF-8 cannot hold as escapes."""
    return json.dumps(document, ensure_ascii=True).encode()


def _as_it_is(document: Any, _random: Random) -> Sent:
    return Sent(written(document), {"content-type": _JSON})


def _cut(document: Any, random: Random) -> Sent:
    whole = written(document)
    return Sent(whole[: random.randrange(len(whole) + 1)], {"content-type": _JSON})


def _nasty_value(document: Any, random: Random) -> Sent:
    for _ in range(random.choice((1, 1, 1, 3))):
        document = _with_one_replaced(document, random.choice(NASTY), random)
    return Sent(written(document), {"content-type": _JSON})


def _deep(document: Any, random: Random) -> Sent:
    levels = random.choice((31, 33, 200, 20_000))
    opening, closing = random.choice(((b"[", b"]"), (b'{"a":', b"}"), (b"[[", b"")))
    deep = opening * levels + b"1" + closing * levels
    whole = written(_with_one_replaced(document, "HERE", random)).replace(b'"HERE"', deep)
    return Sent(random.choice((deep, whole)), {"content-type": _JSON})


def _no_numbers(document: Any, random: Random) -> Sent:
    strange = random.choice(
        (b"NaN", b"Infinity", b"-Infinity", b"1e400", b"-1e400", b"1" * 5000, b"01", b"0x1", b".5", b"1E-400")
    )
    whole = written(_with_one_replaced(document, "HERE", random)).replace(b'"HERE"', strange)
    return Sent(whole, {"content-type": _JSON})


def _raw_bytes_inside(document: Any, random: Random) -> Sent:
    strange = random.choice(
        (
            b"\x00",
            b"\xff\xfe",
            b"\xed\xa0\x80",
            b"\xc0\x80",
            b"\xf4\x90\x80\x80",
            b"\n",
            b"\x1f",
            b"\\u0000",
            b"\\ud800",
            b"\\x",
        )
    )
    whole = written(_with_one_replaced(document, "HERE", random)).replace(b"HERE", b"a" + strange)
    return Sent(whole, {"content-type": _JSON})


def _twice_the_same_key(document: Any, random: Random) -> Sent:
    whole = written(document)
    if isinstance(document, dict) and document:
        name = random.choice(sorted(document))
        whole = whole[:-1] + b"," + written(name) + b":" + written(random.choice(NASTY)) + b"}"
    return Sent(whole, {"content-type": _JSON})


def _missing_or_more(document: Any, random: Random) -> Sent:
    if isinstance(document, dict):
        document = dict(document)
        for name in random.sample(sorted(document), k=min(len(document), random.choice((0, 1, 2)))):
            del document[name]
        document |= random.choice(({}, {"unknown": 1}, {"": None}, {"__proto__": {}}, {"\ud800": 1}))
    return Sent(written(document), {"content-type": _JSON})


def _another_kind(document: Any, random: Random) -> Sent:
    return Sent(written(document), {"content-type": random.choice(_KINDS)})


def _another_encoding(document: Any, random: Random) -> Sent:
    text = json.dumps(_with_one_replaced(document, "面馆", random), ensure_ascii=False)
    encoding = random.choice(("utf-16", "utf-32", "gb18030", "utf-8-sig", "utf-7"))
    headers = {"content-type": _JSON} | random.choice(({}, {"content-encoding": "gzip"}, {"content-encoding": "br"}))
    return Sent(text.encode(encoding, errors="replace"), headers)


def _no_document(_document: Any, random: Random) -> Sent:
    content = random.choice(
        (b"", b"null", b"[]", b"3", b'"x"', b"true", b" " * 1000, random.randbytes(random.randrange(2000)))
    )
    return Sent(content, {"content-type": random.choice((_JSON, *_KINDS))})


def _lines(document: Any, random: Random) -> Sent:
    lines = [written(_with_one_replaced(document, random.choice(NASTY), random)) for _ in range(random.randrange(1, 6))]
    lines[random.randrange(len(lines))] = random.choice(
        (b"", b"{", b"\x00", b"null", b"[" * 5000, b"\xff", b'"\\u0000"', b"1e400")
    )
    return Sent(random.choice((b"\n", b"\r\n", b"\r")).join(lines), {"content-type": _LINES})


def _form(_document: Any, random: Random) -> Sent:
    disposition = random.choice(
        (
            b'form-data; name="file"; filename="a.csv"',
            b'form-data; name="file"; filename="\x00/../a"',
            b'form-data; name="file"',
            b"form-data",
            b'form-data; name="other"; filename="a.xlsx"',
            b"form-data; name=\"\xff\xfe\"; filename*=utf-8''%00",
            b"",
        )
    )
    part = b"--edge\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + _file(random) + b"\r\n"
    ending = random.choice((b"--edge--\r\n", b"", b"--edge\r\n", b"--other--\r\n"))
    return Sent(part * random.choice((1, 1, 3, 1500 if len(part) < 200 else 1)) + ending, {"content-type": _FORM})


def _plain_file(_document: Any, random: Random) -> Sent:
    return Sent(_file(random), {"content-type": random.choice(("application/octet-stream", *_KINDS))})


def _file(random: Random) -> bytes:
    heading = "来源系统,办件编号,决定类型,事项编码,区划代码,决定日期,证件类型,证件号码,名称,对象编号\n".encode()
    row = ",".join(str(random.choice(NASTY))[:500] for _ in range(10)).encode("utf-8", errors="replace") + b"\n"
    book = _workbook(random)
    return random.choice(
        (
            b"",
            b"\x00",
            b"PK\x03\x04",
            random.randbytes(300),
            heading + row * 3,
            row * 5,
            heading,
            b'"' * 999,
            b"\xff\xfe" + heading,
            book,
            book[: random.randrange(len(book))],
            book + b"\x00" * 10,
        )
    )


def _workbook(random: Random) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        names = (
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/workbook.xml",
            "xl/worksheets/sheet1.xml",
            "xl/sharedStrings.xml",
        )
        for name in random.sample(names, k=random.randrange(1, 6)):
            book.writestr(
                zipfile.ZipInfo(name),
                random.choice((b"", b"<a", b"<?xml version='1.0'?><x/>", b"\x00" * 200_000, _ENTITIES)),
            )
    return kept.getvalue()


_ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
_WAYS: tuple[tuple[str, Spoil], ...] = tuple(
    (spoil.__name__.strip("_").replace("_", " "), spoil)
    for spoil in (
        *(_as_it_is, _cut, _deep, _no_numbers, _raw_bytes_inside, _twice_the_same_key, _missing_or_more, _another_kind),
        *(_another_encoding, _no_document, _lines, _form, _plain_file, _nasty_value, _nasty_value, _nasty_value),
    )
)


def _with_one_replaced(document: Any, value: Any, random: Random) -> Any:
    """A copy with one node, drawn evenly, replaced."""
    way = random.choice(list(_ways(document)))
    return _replaced(document, way, value)


def _ways(document: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, part in inner:
        yield from ((key, *way) for way in _ways(part))


def _replaced(document: Any, way: tuple[Any, ...], value: Any) -> Any:
    if not way:
        return value
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[way[0]] = _replaced(copy[way[0]], way[1:], value)
    return copy
