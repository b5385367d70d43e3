"""Complaint rules (投诉举报规则): the channels complaints come by, and how long the matter may take. Read from complaints.toml."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kernel.limit import Limit
from kernel.refusal import Fault, Refusal
from supervision.domain.content import CODE


@dataclass(frozen=True, kw_only=True)
class ComplaintChannel:
    """受理渠道. ``limit``: from when it was received until its task is closed (办理时限)."""

    code: str
    zh: str
    en: str
    limit: Limit
    source: str
    confirmed: bool


@dataclass(frozen=True)
class ComplaintRules:
    """全部渠道, in the order of the file."""

    channels: Mapping[str, ComplaintChannel] = field(default_factory=dict)

    def channel(self, code: str) -> ComplaintChannel:
        """A channel. Refuses ``channel-unknown`` (422)."""
        if code not in self.channels:
            known = "、".join(self.channels)
            zh, en = f"没有这个渠道，可用：{known}", f"there is no such channel; use one of {known}"
            raise Refusal(code="channel-unknown", zh=zh, en=en, faults=(Fault(pointer="/channel", zh=zh, en=en),))
        return self.channels[code]


def parse(text: str) -> ComplaintRules:
    """The rules. Refuses ``invalid-complaint-rules`` naming what is missing or cannot be read."""
    try:
        channels = [_channel(said) for said in tomllib.loads(text)["channel"]]
        return ComplaintRules(_by_code(channels))
    except (KeyError, TypeError, ValueError, Refusal) as reason:
        raise Refusal(
            code="invalid-complaint-rules",
            zh=f"投诉举报规则文件 complaints.toml 有误，请改正后重新启动: {reason}",
            en=f"the rules of complaints in complaints.toml are not valid; correct them and start again: {reason}",
        ) from reason


def _by_code(channels: Sequence[ComplaintChannel]) -> dict[str, ComplaintChannel]:
    found = {channel.code: channel for channel in channels}
    if len(found) < len(channels) or not found:
        raise ValueError("every channel once, and one at least")
    return found


def _channel(said: Mapping[str, Any]) -> ComplaintChannel:
    texts = {name: str(said[name]) for name in ("code", "zh", "en", "source")}
    if not all(texts.values()) or not CODE.fullmatch(texts["code"]) or not isinstance(said["confirmed"], bool):
        raise ValueError(f"{texts['code']}: code, zh, en, source, confirmed")
    return ComplaintChannel(**texts, limit=Limit.asked(said["limit"]), confirmed=said["confirmed"])
