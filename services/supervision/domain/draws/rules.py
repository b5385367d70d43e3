"""Rules of draws as text (抽取规则文件): parsed from draws.toml and checked when the process starts."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kernel.refusal import Refusal

_MOST_HOURS = 24 * 90


@dataclass(frozen=True, kw_only=True)
class DrawRules:
    """抽取规则. ``notice_hours``: how long before the public value a draw is announced (公告提前量)."""

    notice_hours: int
    source: str
    confirmed: bool


def parse(text: str) -> DrawRules:
    """The rules. Refuses ``invalid-draw-rules``."""
    try:
        said = tomllib.loads(text)["notice"]
        faults = list(_faults(**said))
        rules = DrawRules(**said)
    except (KeyError, TypeError, ValueError, AttributeError) as reason:
        raise _invalid(f"{type(reason).__name__}: {reason}") from reason
    if faults:
        raise _invalid("; ".join(faults))
    return rules


def _faults(notice_hours: Any, source: Any, confirmed: Any) -> Iterator[str]:
    if type(notice_hours) is not int or not 1 <= notice_hours <= _MOST_HOURS:
        yield f"notice_hours is 1 to {_MOST_HOURS}"
    if not isinstance(confirmed, bool) or not source.strip():
        yield "a source, and confirmed true or false, are needed"


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-draw-rules",
        zh=f"抽取规则文件 draws.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules of draws in draws.toml are not valid; correct them and start again: {reason}",
    )
