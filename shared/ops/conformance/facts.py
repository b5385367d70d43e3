"""Trials of subscriptions (推送订阅的试验): facts with gaps, out of turn and with more fields, while secrets change and stores fail.

The fact is a grade that changed: most systems ask for it, and it carries a version.
"""

from datetime import date

import msgspec

from chassis.webhooks.secret import new_secret
from contracts.credit import GradeChanged
from contracts.event import Subject, cloud_type
from kernel.credit import Grade
from ops.conformance.bench import Bench
from ops.conformance.receiving import declined, new_id, taken
from ops.conformance.system import signed

NUMBERS = ("J-22", "J-23", "J-24", "J-25", "J-26")


async def pushed(bench: Bench) -> None:
    """All of it; nothing can be said of who believes everybody, or nobody."""
    if bench.missed("J-16"):
        bench.leave_out(NUMBERS, "验签不符合，见 J-16", "the signature is not verified soundly, see J-16")
        return
    await _more_fields(bench)
    await _gaps(bench)
    await _secrets(bench)
    await _nowhere_to_keep(bench)


def _fact(bench: Bench, about: str, version: int, grade: Grade, **more: str) -> bytes:
    """As the credit service tells it, with fields of later on."""
    fact = GradeChanged(
        source_system=bench.settings.source_system,
        region="640202",
        subject=Subject(id_type="099", id_no=about, kind="ORGANISATION", name="试验"),
        version=version,
        grade=grade,
        previous=None,
        score=80,
        scorecard="trial",
        assessed_on=date(2026, 3, 2),
    )
    data = msgspec.to_builtins(fact) | more
    told = {"type": cloud_type(GradeChanged), "timestamp": "2026-03-02T00:00:00Z", "data": data}
    return msgspec.json.encode(told)


async def _push(bench: Bench, body: bytes, *secrets: str, message: str = "") -> tuple[int, str]:
    """Push it signed with each of ``secrets``, or the one agreed; the status and the id."""
    message = message or new_id()
    headers = [signed(secret, message, body) for secret in secrets or (bench.settings.secret,)]
    signature = " ".join(each["webhook-signature"] for each in headers)
    status, _ = await bench.system.push(body, headers[0] | {"webhook-signature": signature})
    return status, message


async def _more_fields(bench: Bench) -> None:
    about = bench.case_id("FIELDS")
    status, message = await _push(bench, _fact(bench, about, 1, Grade.B, remark="以后的字段"))
    if not taken(status) or message not in await bench.system.taken():
        bench.fault(
            "J-25", f"data 多一个字段的推送答了 {status or '无答复'}", f"one field more got {status or 'no answer'}"
        )
    else:
        bench.right("J-25", "data 多一个字段的照样收下", "a fact with one field more was taken")


async def _gaps(bench: Bench) -> None:
    about = bench.case_id("GAPS")
    statuses = [(await _push(bench, _fact(bench, about, version, grade)))[0] for version, grade in _WITH_A_GAP]
    known = await bench.system.grade_of(about)
    if not all(map(taken, statuses)):
        bench.fault("J-23", f"缺第 2 版时第 3 版答了 {statuses[-1]}", f"version 3 without version 2 got {statuses[-1]}")
        bench.leave_out(["J-24"], "有缺口的推送未被接受，见 J-23", "a fact after a gap was not taken, see J-23")
        return
    if known != ("D", 3):
        said = f"{known[0] or '无'}（第 {known[1]} 版）"
        bench.fault("J-23", f"收了第 1、3 版，所知等级仍是 {said}", f"it got versions 1 and 3 and knows {known}")
        bench.leave_out(["J-24"], "有缺口的推送没有处理，见 J-23", "a fact after a gap was not applied, see J-23")
        return
    bench.right("J-23", "缺第 2 版，第 3 版照样收下、处理", "version 3 was taken and applied without version 2")
    status, _ = await _push(bench, _fact(bench, about, 2, Grade.C))
    known = await bench.system.grade_of(about)
    if not taken(status):
        bench.fault("J-24", f"迟到的第 2 版答了 {status or '无答复'}", f"version 2, late, got {status or 'no answer'}")
    elif known != ("D", 3):
        bench.fault("J-24", f"迟到的第 2 版盖掉了第 3 版：{known}", f"version 2, late, replaced version 3: {known}")
    else:
        bench.right("J-24", "迟到的第 2 版收下了，没有覆盖第 3 版", "version 2 was taken late and replaced nothing")


_WITH_A_GAP = ((1, Grade.B), (3, Grade.D))


async def _secrets(bench: Bench) -> None:
    old, new = bench.settings.secret, new_secret()
    if not await bench.system.believes(old, new):
        bench.fault(
            "J-22", "试验接口 secrets 没有说两个都认", "the trial interface secrets did not say that both are good"
        )
        return
    about = bench.case_id("SECRETS")
    for zh, en, secrets in (
        ("两个签名", "both", (new, old)),
        ("只用新密钥签", "the new one", (new,)),
        ("只用旧密钥签", "the old one", (old,)),
    ):
        status, _ = await _push(bench, _fact(bench, about, 1, Grade.B), *secrets)
        if not taken(status):
            bench.fault("J-22", f"两个密钥都有效时，{zh}的答了 {status}", f"while both are good, {en} got {status}")
    await bench.system.believes(new)
    status, message = await _push(bench, _fact(bench, about, 1, Grade.B), old)
    if not declined(status) or message in await bench.system.taken():
        bench.fault("J-22", f"停用的旧密钥签的答了 {status}", f"the retired secret got {status}")
    await bench.system.believes(old)
    bench.right("J-22", "两个都认，停用的不认", "either was believed, and the retired one was not")


async def _nowhere_to_keep(bench: Bench) -> None:
    if not await bench.system.cannot_keep(away=True):
        bench.fault("J-26", "试验接口 outages 没有照办", "the trial interface outages did not do as it was told")
        return
    body = _fact(bench, bench.case_id("OUTAGE"), 1, Grade.B)
    status, message = await _push(bench, body)
    await bench.system.cannot_keep(away=False)
    again, _ = await _push(bench, body, message=message)
    count = (await bench.system.taken()).count(message)
    if status < 500:  # noqa: PLR2004 - any 5xx, and no answer is 0
        bench.fault(
            "J-26", f"存不下时答了 {status or '无答复'}", f"while it could not keep it, it said {status or 'nothing'}"
        )
    elif not taken(again) or count != 1:
        bench.fault(
            "J-26",
            f"恢复以后再送，答了 {again}，处理 {count} 次",
            f"sent again it said {again}, and did it {count} times",
        )
    else:
        bench.right("J-26", f"存不下时答 {status}，恢复以后收下", f"it said {status}, and took it once it could")
