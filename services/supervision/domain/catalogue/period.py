"""Periods (有效期间): [effective_from, effective_to) in days of China, ``None`` = 长期."""

from collections.abc import Iterator
from datetime import date

from kernel.refusal import Fault


def in_force(day: date, effective_from: date, effective_to: date | None) -> bool:
    """True when ``day`` lies in [effective_from, effective_to)."""
    return effective_from <= day and (effective_to is None or day < effective_to)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """True when two periods share a day."""
    later, earlier = (one, other) if one[0] >= other[0] else (other, one)
    return in_force(later[0], *earlier)


def period_faults(pointer: str, effective_from: date, effective_to: date | None) -> Iterator[Fault]:
    """A period ends after it begins."""
    if effective_to is not None and effective_to <= effective_from:
        yield Fault(
            pointer=f"{pointer}/effective_to",
            zh="失效日应晚于生效日；长期有效请留空",
            en="effective_to lies after effective_from; leave it empty when there is no end",
        )
