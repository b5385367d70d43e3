"""Trials of sending (发送的试验): what the system sends, and what it does when the platform is away, slow or says no."""

import asyncio
from itertools import pairwise

import msgspec

from chassis.failures import not_handled, unavailable
from chassis.problems import problem
from kernel.refusal import Fault, Refusal, malformed
from ops.conformance.bench import Bench
from ops.conformance.platform import BATCH, GATE, LOST, TAKE, Arrival, Behaviour, in_turn, refusing
from ops.conformance.system import Outcome

_ORGANISATION = "ORGANISATION"
_SOON = 0.1
"""Seconds by which a pause may be shorter than it was asked for: clocks differ."""
_BUSY = Refusal(code="too-many-requests", zh="请求过于频繁", en="Too many requests", status=429, retryable=True)
_IN_FLIGHT = Refusal(
    code="idempotency-key-in-flight",
    zh="同一请求正在处理，请稍后重试",
    en="The same request is being handled; try again shortly",
    status=409,
    retryable=True,
)
_NO = malformed([Fault(pointer="/object/address", zh="试验：请核对地址", en="a trial: check the address")])


async def content(bench: Bench) -> None:
    """Decisions of every kind, judged by the rules of the service."""
    wanted = [_ORGANISATION]
    wanted += [what.upper() for what in ("person", "register") if what in bench.does]
    cases = {bench.case_id(what): what for what in wanted}
    bench.begin(in_turn(TAKE), *cases, strict=True)
    arrived = 0
    for case_id, what in cases.items():
        outcome = await bench.system.decide(case_id, what)
        found = bench.arrived(case_id)
        arrived += len(found)
        if not found:
            said = outcome.message or "—"
            bench.fault(
                "J-02", f"{what} 的办件没有到达（系统说：{said}）", f"the {what} case never arrived (it said: {said})"
            )
    for number in ("J-01", "J-02", "J-03", "J-04", "J-05"):
        if arrived:
            bench.right(
                number, f"{arrived} 个办件按登记规则核对无误", f"{arrived} cases passed the rules of the service"
            )


async def broken(bench: Bench) -> None:
    """The connection is lost after the request was taken, then the service fails, then all is well."""
    case_id = bench.case_id("BROKEN")
    bench.begin(in_turn(LOST, refusing(not_handled()), TAKE), case_id)
    await _sent_again(bench, "J-08", case_id, 3, pause=0)


async def busy(bench: Bench) -> None:
    """503 and 409, both with Retry-After."""
    case_id, pause = bench.case_id("AWAY"), bench.pace.retry_after
    bench.begin(in_turn(refusing(unavailable(), pause), refusing(_IN_FLIGHT, pause), TAKE), case_id)
    await _sent_again(bench, "J-09", case_id, 3, pause)


async def limited(bench: Bench) -> None:
    """429 with Retry-After."""
    case_id, pause = bench.case_id("OFTEN"), bench.pace.retry_after
    bench.begin(in_turn(refusing(_BUSY, pause), TAKE), case_id)
    await _sent_again(bench, "J-10", case_id, 2, pause)


async def slow(bench: Bench) -> None:
    """An answer that takes long, and is good."""
    case_id, seconds = bench.case_id("SLOW"), bench.pace.slow
    bench.begin(in_turn(Behaviour(delay=seconds)), case_id)
    outcome = await bench.stated(case_id)
    count = len(bench.arrived(case_id))
    if count == 1 and outcome.state == "accepted":
        bench.right("J-11", f"等了 {seconds:g} 秒，只发了一次", f"waited {seconds:g} s and sent once")
    else:
        bench.fault(
            "J-11",
            f"答复用了 {seconds:g} 秒，其间到达 {count} 次，系统说：{outcome.state or '没有结果'}",
            f"the answer took {seconds:g} s; {count} requests came, it said: {outcome.state or 'nothing'}",
        )


async def refused(bench: Bench) -> None:
    """422 with a problem document."""
    case_id = bench.case_id("REFUSED")
    bench.begin(in_turn(refusing(_NO)), case_id)
    outcome = await bench.stated(case_id)
    await bench.stay_quiet()
    count = len(bench.arrived(case_id))
    if count != 1:
        bench.fault("J-12", f"被拒绝（422）以后共到达 {count} 次", f"{count} requests came, though the first got a 422")
    elif not _shown(outcome, _NO):
        bench.fault(
            "J-12",
            f"系统没有把拒绝的原因给人看（state={outcome.state}，message={outcome.message or '—'}）",
            f"the reason was shown to nobody (state={outcome.state}, message={outcome.message or '—'})",
        )
    else:
        bench.right(
            "J-12", "422 之后没有再发，原因已给人看", "nothing was sent after the 422, and the reason was shown"
        )


async def corrected(bench: Bench) -> None:
    """A decision and its correction."""
    case_id = bench.case_id("CORRECTED")
    bench.begin(in_turn(TAKE), case_id)
    await bench.system.decide(case_id, _ORGANISATION)
    first = len(bench.arrived(case_id))
    await bench.system.decide(case_id, "CORRECTION")
    later = bench.arrived(case_id)[first:]
    why = [f"{refusal.zh}" for arrival, refusal in bench.platform.refusals if arrival in later]
    english = [f"{refusal.en}" for arrival, refusal in bench.platform.refusals if arrival in later]
    if not later:
        bench.fault("J-13", "更正没有到达", "the correction never arrived")
    elif any(each.statement[1] != 2 for each in later):  # noqa: PLR2004 - the revision after the first
        got = later[-1].statement[1]
        bench.fault("J-13", f"更正的版次应为 2，收到 {got}", f"the correction should be revision 2, it was {got}")
    elif any(each.status != 201 for each in later):  # noqa: PLR2004 - taken
        bench.fault("J-13", "；".join(why) or "更正未被受理", "; ".join(english) or "the correction was not taken")
    else:
        bench.right("J-13", "更正是第 2 版，已受理", "the correction came as revision 2 and was taken")


async def in_order(bench: Bench) -> None:
    """A correction is asked for while the first revision cannot be brought."""
    case_id, pause = bench.case_id("ORDER"), bench.pace.retry_after
    away = refusing(unavailable(), pause)
    bench.begin(lambda arrival, number: away if arrival.statement[1] == 1 and number == 0 else TAKE, case_id)
    first = asyncio.ensure_future(bench.system.decide(case_id, _ORGANISATION))
    while not bench.arrived(case_id) and not first.done():  # noqa: ASYNC110 - the platform has no event for it
        await asyncio.sleep(0.02)
    await asyncio.gather(first, bench.system.decide(case_id, "CORRECTION"))
    arrived = bench.arrived(case_id)
    taken = [each.answered_at for each in arrived if each.statement[1] == 1 and (each.status or 999) < 300]  # noqa: PLR2004
    corrections = [each.at for each in arrived if each.statement[1] > 1]
    if not corrections:
        bench.leave_out(["J-14"], "更正没有以下一版次到达，见 J-13", "no later revision arrived, see J-13")
    elif not taken or taken[0] is None or corrections[0] < taken[0]:
        bench.fault("J-14", "第 1 版受理以前已发出更正", "the correction was sent before revision 1 was taken")
    else:
        bench.right("J-14", "第 1 版受理以后才发更正", "the correction waited for revision 1")


async def batched(bench: Bench) -> None:
    """Of three lines one is taken, one may be tried again, one is refused."""
    good, later, bad = (bench.case_id(f"LINE-{name}") for name in ("GOOD", "LATER", "BAD"))
    turn = 0

    def answer(arrival: Arrival, _number: int) -> Behaviour:
        nonlocal turn
        turn += 1
        if arrival.path != BATCH:
            return refusing(_NO) if bad in arrival.about else TAKE
        lines = [_line(n, case, bad, later if turn == 1 else "") for n, case in enumerate(arrival.about, start=1)]
        body = msgspec.json.Encoder().encode_lines(lines)
        return Behaviour(status=200, body=body, content_type="application/x-ndjson")

    bench.begin(answer, good, later, bad)
    told = await bench.system.batch([good, later, bad])
    await bench.stay_quiet()
    counts = {case: len(bench.arrived(case)) for case in (good, later, bad)}
    if counts[good] == 0:
        bench.fault("J-15", "批量没有到达", "the batch never arrived")
    elif counts[later] < 2:  # noqa: PLR2004 - once more
        bench.fault("J-15", "可重试的一行没有再发", "the line that may be tried again was not sent again")
    elif counts[bad] > 1:
        bench.fault("J-15", f"被拒绝的一行共发了 {counts[bad]} 次", f"the refused line was sent {counts[bad]} times")
    elif bad not in told:
        bench.fault("J-15", "被拒绝的一行没有给人看", "the refused line was shown to nobody")
    else:
        bench.right(
            "J-15", "只重发了可重试的一行", "the line that may be tried again was sent again, and no other refused one"
        )


async def asked(bench: Bench) -> None:
    """A question about a natural person."""
    before = len(bench.platform.arrivals)
    await bench.system.ask_about_a_person()
    if not any(each.path == GATE for each in bench.platform.arrivals[before:]):
        bench.fault("J-21", "关口查询没有到达", "the question to the gate never arrived")


async def _sent_again(bench: Bench, number: str, case_id: str, wanted: int, pause: float) -> None:
    outcome = await bench.stated(case_id)
    arrived = bench.arrived(case_id)
    early = [later.at - sooner.at for sooner, later in pairwise(arrived)]
    if len(arrived) < wanted:
        bench.fault(
            number,
            f"应到达 {wanted} 次，只有 {len(arrived)} 次，系统说：{outcome.state or '没有结果'}",
            f"{wanted} requests were due, {len(arrived)} came, it said: {outcome.state or 'nothing'}",
        )
    elif pause and min(early[: wanted - 1]) < pause - _SOON:
        bench.fault(
            number,
            f"Retry-After 是 {pause:g} 秒，隔 {min(early):.1f} 秒就再发",
            f"Retry-After said {pause:g} s, the next came after {min(early):.1f} s",
        )
    elif outcome.state != "accepted":
        said = outcome.state or "—"
        bench.fault(number, f"最后受理了，系统却说：{said}", f"it was taken in the end, but the system said: {said}")
    else:
        bench.right(number, f"到达 {len(arrived)} 次，最后受理", f"{len(arrived)} requests, taken in the end")


def _shown(outcome: Outcome, refusal: Refusal) -> bool:
    return outcome.state == "refused" and (refusal.zh in outcome.message or refusal.en in outcome.message)


def _line(number: int, case_id: str, bad: str, later: str) -> dict[str, object]:
    if case_id == later:
        return {"line": number, "status": 503, "problem": problem(unavailable())}
    if case_id == bad:
        return {"line": number, "status": 422, "problem": problem(_NO)}
    return {"line": number, "status": 201, "case_id": case_id, "revision": 1, "duplicate": False}
