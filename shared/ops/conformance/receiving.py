"""Trials of receiving (接收的试验): pushes that are sound, forged, late, repeated or of a type nobody knows.

What holds for facts alone (推送订阅) is in facts.py.
"""

import json
from uuid import uuid4

import msgspec

from chassis.webhooks.secret import new_secret
from ops.conformance.bench import Bench
from ops.conformance.system import signed

NUMBERS = ("J-16", "J-17", "J-18", "J-19", "J-20")
_TYPE = "shenguan.notice.v1"
_MINUTE = 60.0


def _body(kind: str = _TYPE) -> bytes:
    """A push as the services write it."""
    notice = {"notice_id": str(uuid4()), "kind": "TRIAL", "fact": "trial", "zh": "试验通知", "en": "a trial"}
    data = {"service": "supervision", "person": "1001", "notices": [notice | {"about": "", "on_behalf_of": ""}]}
    return msgspec.json.encode({"type": kind, "timestamp": "2026-03-02T00:00:00Z", "data": data})


async def pushed(bench: Bench) -> None:
    """All of it; what rests on a sound push being taken is left out when that is not."""
    message, body = new_id(), _body()
    status, seconds = await bench.system.push(body, signed(bench.settings.secret, message, body))
    if not taken(status):
        bench.fault(
            "J-16", f"签名相符的推送答了 {status or '无答复'}", f"a soundly signed push got {status or 'no answer'}"
        )
        bench.leave_out(NUMBERS[1:], "正常的推送未被接受，见 J-16", "a sound push was not taken, see J-16")
        return
    if seconds > bench.pace.quick:
        bench.fault("J-18", f"{seconds:.1f} 秒才答复", f"answered after {seconds:.1f} s")
    else:
        bench.right("J-18", f"{seconds:.1f} 秒答复", f"answered after {seconds:.1f} s")
    await _repeated(bench, message, body)
    await _forged(bench)
    await _late(bench)
    await _unknown(bench)


async def _repeated(bench: Bench, message: str, body: bytes) -> None:
    status, _ = await bench.system.push(body, signed(bench.settings.secret, message, body))
    count = (await bench.system.taken()).count(message)
    if not taken(status):
        bench.fault("J-19", f"同一编号再来时答了 {status}", f"the same id a second time got {status}")
    elif count != 1:
        bench.fault("J-19", f"同一编号处理了 {count} 次", f"the same id was done {count} times")
    else:
        bench.right("J-19", "同一编号来两次，处理一次", "the same id came twice and was done once")


async def _forged(bench: Bench) -> None:
    secret, other = bench.settings.secret, new_secret()
    body = _body()
    message = new_id()
    forged = {
        ("签名后改过的内容", "content changed after it was signed"): (
            body.replace(b"1001", b"1002"),
            signed(secret, message, body),
        ),
        ("他人密钥的签名", "a signature by another secret"): (body, signed(other, message, body)),
        ("没有签名的推送", "an unsigned push"): (body, {"content-type": "application/json", "webhook-id": message}),
    }
    for (zh, en), (content, headers) in forged.items():
        status, _ = await bench.system.push(content, headers)
        if not declined(status) or message in await bench.system.taken():
            bench.fault("J-16", f"{zh}答了 {status or '无答复'}", f"{en} got {status or 'no answer'}")
    spaced = json.dumps(json.loads(body), indent=1).encode()
    message = new_id()
    twice = signed(secret, message, body)
    twice["webhook-signature"] = f"{signed(other, message, body)['webhook-signature']} {twice['webhook-signature']}"
    sound = {
        ("换一种写法的 JSON", "JSON written another way"): (spaced, signed(secret, new_id(), spaced)),
        ("两个签名有一个相符的", "two signatures of which one fits"): (body, twice),
    }
    for (zh, en), (content, headers) in sound.items():
        status, _ = await bench.system.push(content, headers)
        if not taken(status):
            bench.fault("J-16", f"{zh}推送答了 {status or '无答复'}", f"{en} got {status or 'no answer'}")
    bench.right("J-16", "相符的接受，不符的拒绝", "what fits is taken, what does not is declined")


async def _late(bench: Bench) -> None:
    for minutes in (10, -10):
        message, body = new_id(), _body()
        status, _ = await bench.system.push(body, signed(bench.settings.secret, message, body, minutes * _MINUTE))
        if not declined(status) or message in await bench.system.taken():
            zh = f"时间戳相差十分钟（{'过去' if minutes > 0 else '将来'}）的推送答了 {status or '无答复'}"
            en = f"a push ten minutes {'old' if minutes > 0 else 'ahead'} got {status or 'no answer'}"
            bench.fault("J-17", zh, en)
    body = _body()
    status, _ = await bench.system.push(body, signed(bench.settings.secret, new_id(), body, 4 * _MINUTE))
    if not taken(status):
        bench.fault(
            "J-17", f"四分钟前的推送答了 {status or '无答复'}", f"a push four minutes old got {status or 'no answer'}"
        )
    bench.right("J-17", "五分钟以内的接受，以外的拒绝", "within five minutes it is taken, beyond it is declined")


async def _unknown(bench: Bench) -> None:
    body = _body("shenguan.trial.v9")
    status, _ = await bench.system.push(body, signed(bench.settings.secret, new_id(), body))
    if taken(status):
        bench.right("J-20", "不认识的类型也答 2xx", "a type nobody knows got a 2xx")
    else:
        bench.fault(
            "J-20", f"不认识的类型答了 {status or '无答复'}", f"a type nobody knows got {status or 'no answer'}"
        )


def new_id() -> str:
    """A message nobody has seen."""
    return f"msg_{uuid4()}"


def taken(status: int) -> bool:
    """Whether a push was taken."""
    return 200 <= status < 300  # noqa: PLR2004 - any 2xx


def declined(status: int) -> bool:
    """Whether it was said to be wrong."""
    return 400 <= status < 500  # noqa: PLR2004 - any 4xx
