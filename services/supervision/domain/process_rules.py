"""Process rules as text (过程规则文件): parsed from process.toml and checked when the process starts."""

import tomllib
from typing import Any

from kernel.deadline import Ladder
from kernel.limit import Limit
from kernel.refusal import Refusal
from supervision.domain.process import ProcessRules

_LIMITS = ("claim", "route", "arbitration", "commitment", "rectify", "feedback")


def parse(text: str) -> ProcessRules:
    """The rules. Refuses ``invalid-rules`` naming what is missing or cannot be read."""
    try:
        said = tomllib.loads(text)
        limits = {name: Limit.asked(_sourced(said["limits"][name], name)["value"]) for name in _LIMITS}
        return ProcessRules(ladder=_ladder(_sourced(said["ladder"], "ladder")), **limits)
    except (KeyError, TypeError, ValueError, Refusal) as reason:
        raise Refusal(
            code="invalid-rules",
            zh=f"过程规则文件 process.toml 有误，请改正后重新启动: {reason}",
            en=f"the process rules in process.toml are not valid; correct them and start again: {reason}",
        ) from reason


def _ladder(said: dict[str, Any]) -> Ladder:
    before, red = said.get("before"), said.get("red")
    return Ladder(
        half=bool(said["half"]),
        before=Limit.asked(before) if before else None,
        red=Limit.asked(red) if red else None,
        next_workday=bool(said["next_workday"]),
    )


def _sourced(said: dict[str, Any], name: str) -> dict[str, Any]:
    """A number without its source, or without a word on who confirmed it, is no rule."""
    if not said["source"] or not isinstance(said["confirmed"], bool):
        raise ValueError(f"{name}: source, confirmed")
    return said
