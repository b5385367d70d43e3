"""Trials of signed webhooks (签名回调的试验): what a system sends that keeps no API key, and how it signs and repeats it."""

import time
from time import monotonic

from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from chassis.failures import unavailable
from ops.conformance.bench import Bench
from ops.conformance.platform import LOST, TAKE, WEBHOOKS, Arrival, in_turn, refusing

NUMBERS = ("J-31", "J-32", "J-33")
_PAUSE, _STALE = 3, 2.5
"""Seconds asked for between two tries, and after which a timestamp is not of this try."""
_WANTED = 3


async def told(bench: Bench) -> None:
    """One that is lost, then put off, then taken; and another."""
    one, other = bench.case_id("SIGNED"), bench.case_id("SIGNED-TOO")
    twice = in_turn(LOST, refusing(unavailable(), _PAUSE), TAKE)
    bench.begin(lambda arrival, number: twice(arrival, number) if one in arrival.about else TAKE, one, other)
    before = len(bench.platform.arrivals)
    outcome = await bench.system.tell(one)
    await bench.system.tell(other)
    arrived = [each for each in bench.platform.arrivals[before:] if each.path.startswith(WEBHOOKS)]
    of_one, of_other = ([each for each in arrived if about in each.about] for about in (one, other))
    if not of_one or not of_other:
        said = outcome.message or "—"
        bench.fault(
            "J-33", f"签名回调没有到达（系统说：{said}）", f"the signed webhook never arrived (it said: {said})"
        )
        bench.leave_out(NUMBERS[:2], "签名回调没有到达，见 J-33", "no signed webhook arrived, see J-33")
        return
    if len(of_one) < _WANTED:
        bench.fault(
            "J-08", f"签名回调应到达 {_WANTED} 次，只有 {len(of_one)} 次", f"{len(of_one)} webhooks came, not {_WANTED}"
        )
    _addressed(bench, arrived)
    for each in arrived:
        _signed(bench, each)
    _named(bench, of_one, of_other)
    for number in NUMBERS:
        bench.right(
            number, f"{len(arrived)} 次签名回调都相符", f"{len(arrived)} signed webhooks were as they should be"
        )


def _addressed(bench: Bench, arrived: list[Arrival]) -> None:
    own = f"{WEBHOOKS}{bench.settings.source_system}"
    for path in sorted({each.path for each in arrived} - {own}):
        bench.fault("J-33", f"应发往 {own}，收到的是 {path}", f"it goes to {own}, not to {path}")


def _signed(bench: Bench, arrival: Arrival) -> None:
    try:
        Webhook(bench.settings.secret).verify(arrival.body, dict(arrival.headers), json_parse=False)
        late = time.time() - (monotonic() - arrival.at) - int(arrival.headers["webhook-timestamp"])
    except (WebhookVerificationError, ValueError) as error:
        bench.fault("J-31", f"签名不符：{error}", f"the signature does not fit: {error}")
        return
    if late > _STALE:
        bench.fault(
            "J-31", "重发时没有重新签名，时间戳还是从前的", "a repetition was not signed anew, its timestamp is old"
        )


def _named(bench: Bench, of_one: list[Arrival], of_other: list[Arrival]) -> None:
    first, second = ({each.headers.get("webhook-id", "") for each in found} for found in (of_one, of_other))
    if len(first) > 1:
        bench.fault("J-32", "重发时换了 webhook-id", "a repetition had another webhook-id")
    elif first & second:
        bench.fault("J-32", "两件用了同一个 webhook-id", "two statements had one webhook-id")
