"""Soak (浸泡): minutes of steady load, one after the other, and whether anything gets worse as they pass."""

from typing import Any

from ops.bench import meter
from ops.bench.course import Course
from ops.bench.trend import trend
from ops.bench.trial import percentiles
from ops.facts import Said

_SHARE = 0.7
"""Of the greatest rate: what a machine is to carry for long, with room to catch up."""
MINUTES = 10
_MINUTE = 60.0


async def soak(course: Course, greatest: float, minutes: int, say: Said, *, seconds: float = _MINUTE) -> dict[str, Any]:
    """Run ``minutes`` rounds of ``seconds`` at a steady share of the ``greatest`` rate; the JSON of it.

    Each round is drained before the next: a round that is slow to finish counts as fewer chains a second.
    """
    rate = _SHARE * greatest
    told: dict[str, list[float]] = {"chains_per_s": [], "p50_ms": [], "p99_ms": [], "cpu_s_per_1000": []}
    memory: dict[str, list[float]] = {}
    for minute in range(minutes):
        ran = await course.chains(max(10, int(rate * seconds)), rate)
        taken = percentiles(ran.ran.milliseconds())
        figures = (ran.per_second, taken["p50"], taken["p99"], ran.cpu_per_1000)
        for kept, figure in zip(told.values(), figures, strict=True):
            kept.append(round(figure, 2))
        for name, held in meter.memory(course.stack).items():
            memory.setdefault(name, []).append(held)
        say(f"第 {minute + 1} 分钟 / minute {minute + 1}: {ran.per_second:.0f}/s, p99 {taken['p99']:.0f} ms")
    lines = {name: trend(each) for name, each in (told | memory).items()}
    rate_line = lines["chains_per_s"]
    return {
        "minutes": minutes,
        "offered_per_s": round(rate, 1),
        **told,
        "rss_mib": memory,
        "per_minute": {name: line.document() for name, line in lines.items() if line},
        "falling": rate_line.falls if rate_line else None,
    }
