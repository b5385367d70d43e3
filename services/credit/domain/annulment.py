"""Annulment (撤销许可): what the newest revision of a case says of deceit, and the bar that rests on it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Annulment:
    """以欺骗、贿赂等不正当手段取得许可的撤销; kept for a case that once said so, or was corrected."""

    source_system: str
    case_id: str
    revision: int
    """版次 that says so; an older one changes nothing, in whatever order they come."""
    by_deceit: bool
    bar_id: str = ""
    """The bar it imposed; empty = none."""
