"""Looked through (通查): what holds for every request of every trial: content, keys, addresses, no personal numbers."""

import json
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from kernel.masking import tells
from kernel.refusal import Fault
from ops.conformance.bench import Bench
from ops.conformance.platform import BATCH, CASES, INSPECTIONS, WEBHOOKS, Arrival

_POINTERS = {
    "J-01": ("/subject/id_no", "/subject/id_type", "/subject/kind"),
    "J-03": ("/decided_on", "/valid_from", "/valid_to"),
    "J-04": ("/item_code", "/region"),
}
_OF_INSPECTIONS = {
    "/inspectors": "J-28",
    "/inspected_on": "J-03",
    "/region": "J-04",
    "/note": "J-05",
    "/object_name": "J-05",
    "/code_excuse": "J-05",
}
_TEXTS = ("/case_id", "/licence_no", "/subject/name", "/object")
_OF_SHAPE = ("内容不合要求", "必填")


def looked_through(bench: Bench) -> None:
    """Faults of the content, and of how it was sent."""
    for arrival, refusal in bench.platform.refusals:
        for fault in refusal.faults:
            number = requirement_of(fault, arrival.path, cases="cases" in bench.does)
            bench.fault(number, f"{fault.pointer}：{fault.zh}", f"{fault.pointer}: {fault.en}")
    statements = [
        each for each in bench.platform.arrivals if each.path in {CASES, BATCH, INSPECTIONS} and each.method == "POST"
    ]
    for pointer in sorted({pointer for each in statements for pointer in _personal(each)}):
        zh, en = "写了手机号码或居民身份证号码", "holds a mobile phone or a resident's number"
        bench.fault("J-05", f"{pointer}：{zh}", f"{pointer}: {en}")
    for each in bench.platform.arrivals:
        for zh, en in _badly_addressed(bench, each):
            bench.fault("J-06", zh, en)
        if tells(unquote(each.target)):
            bench.fault(
                "J-21",
                f"{each.method} {each.path} 的地址中有个人号码",
                f"a personal number in {each.method} {each.path}",
            )
    for zh, en in _keys([each for each in statements if each.path != BATCH]):
        bench.fault("J-07", zh, en)
    if count := len(bench.platform.arrivals):
        bench.right("J-06", f"{count} 次请求都带密钥", f"{count} requests carried the key")
        bench.right("J-21", f"{count} 次请求的地址都没有个人号码", f"no personal number in {count} addresses")
        bench.right(
            "J-07",
            "重发的内容与键都不变，各件的键不同",
            "repeats kept content and key, statements had keys of their own",
        )


def requirement_of(fault: Fault, path: str, *, cases: bool) -> str:
    """The requirement a fault of content belongs to. ``cases``: signed webhooks bring those, else inspections."""
    pointer, signed = fault.pointer, path.startswith(WEBHOOKS)
    if signed and not pointer.startswith("/data"):
        return "J-33"
    pointer = pointer.removeprefix("/data") if signed else pointer
    if path == INSPECTIONS or (signed and not cases):
        return next((number for place, number in _OF_INSPECTIONS.items() if place in pointer), "J-27")
    for number, pointers in _POINTERS.items():
        if pointer in pointers:
            return number
    return "J-05" if pointer.startswith(_TEXTS) and not fault.zh.startswith(_OF_SHAPE) else "J-02"


def _badly_addressed(bench: Bench, arrival: Arrival) -> Iterator[tuple[str, str]]:
    if bench.settings.key in arrival.target:
        yield "密钥写在地址里", "the key stands in the address"
    elif arrival.headers.get("authorization", "") != f"Bearer {bench.settings.key}" and not _is_signed(arrival):
        yield f"{arrival.method} {arrival.path} 没有带密钥", f"{arrival.method} {arrival.path} came without the key"
    kind = arrival.headers.get("content-type", "").lower()
    if arrival.method == "POST" and arrival.path != BATCH and not kind.startswith("application/json"):
        yield f"正文的 Content-Type 是 {kind or '空'}", f"the content type was {kind or 'not said'}"


def _is_signed(arrival: Arrival) -> bool:
    return arrival.path.startswith(WEBHOOKS)


def _personal(arrival: Arrival) -> Iterator[str]:
    """Texts the services would have to mask."""
    for statement in arrival.documents:
        stated = statement.get("object")
        for name, text in stated.items() if isinstance(stated, dict) else ():
            if name != "object_no" and tells(str(text)):
                yield f"/object/{name}"


def _keys(statements: Sequence[Arrival]) -> Iterator[tuple[str, str]]:
    content_of: dict[str, str] = {}
    key_of: dict[str, str] = {}
    for each in statements:
        key, content = each.headers.get("idempotency-key", ""), _canonical(each)
        if not key:
            yield "请求没有 Idempotency-Key", "a request had no Idempotency-Key"
        elif content_of.setdefault(key, content) != content:
            yield "同一个 Idempotency-Key 用于不同的内容", "one Idempotency-Key stood for different contents"
        elif key_of.setdefault(content, key) != key:
            yield "重发时换了 Idempotency-Key", "a repetition had another Idempotency-Key"


def _canonical(arrival: Arrival) -> str:
    return json.dumps(arrival.documents, sort_keys=True)
