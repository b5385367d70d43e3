"""Process rules (办理规则) of credit: the limits of repair, objection and withdrawal, read from process.toml.

Each number has its source and says whether somebody competent has confirmed it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kernel.deadline import Ladder, Limit
from kernel.refusal import Refusal


class DeadlineKind(StrEnum):
    """What must be done in time here (时限种类)."""

    ACCEPT_REPAIR = "ACCEPT_REPAIR"  # 修复受理
    DECIDE_REPAIR = "DECIDE_REPAIR"  # 修复决定, from the acceptance
    OVERALL_REPAIR = "OVERALL_REPAIR"  # 修复办结, from the application
    OBJECTION_OWN = "OBJECTION_OWN"  # 异议核查, own data
    OBJECTION_PROVIDER = "OBJECTION_PROVIDER"  # 异议转数据提供单位
    OBJECTION_REVIEW = "OBJECTION_REVIEW"  # 异议复核
    WITHDRAW = "WITHDRAW"  # 撤销记录


@dataclass(frozen=True, slots=True)
class CountDays:
    """逐日计算 of one clock: why its last day is the last day."""

    deadline_id: str


@dataclass(frozen=True, kw_only=True)
class LimitRule:
    """时限规则: one limit and where it comes from."""

    value: Limit
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """修复告知书文字: what the notice says of conditions and papers, in one language."""

    conditions: tuple[str, ...]
    papers: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoticeRule:
    """修复告知书: its text in Chinese and English and where it comes from."""

    zh: NoticeText
    en: NoticeText
    source: str
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class ProcessRules:
    """办理规则."""

    limits: Mapping[DeadlineKind, LimitRule]
    ladder: Ladder
    notice: NoticeRule

    def limit(self, kind: DeadlineKind) -> Limit:
        """How long one has."""
        return self.limits[kind].value


def parse(text: str) -> ProcessRules:
    """Read the text of a rules file. Refuses ``invalid-process-rules`` when something is missing or not understood."""
    try:
        said = tomllib.loads(text)
        written = {DeadlineKind(name.upper()): _limit(data) for name, data in said["limits"].items()}
        rules = ProcessRules(limits=written, ladder=_ladder(said["ladder"]), notice=_notice(said["notice"]))
        sources = [*(rule.source for rule in written.values()), rules.notice.source, said["ladder"]["source"]]
    except (AttributeError, KeyError, TypeError, ValueError, Refusal) as error:
        raise _invalid(f"{type(error).__name__}: {error}") from error
    if missing := [kind for kind in DeadlineKind if kind not in written]:
        raise _invalid(f"no limit for {', '.join(kind.lower() for kind in missing)}")
    if not all(source.strip() for source in sources):
        raise _invalid("a source is needed")
    return rules


def _limit(data: Mapping[str, Any]) -> LimitRule:
    return LimitRule(**(dict(data) | {"value": Limit.parse(data["value"])}))


def _ladder(data: Mapping[str, Any]) -> Ladder:
    before, red = (Limit.parse(data[name]) if data.get(name) else None for name in ("before", "red"))
    return Ladder(half=data["half"], before=before, red=red, next_workday=data["next_workday"])


def _notice(data: Mapping[str, Any]) -> NoticeRule:
    zh, en = (
        NoticeText(conditions=tuple(data[name]["conditions"]), papers=tuple(data[name]["papers"]))
        for name in ("zh", "en")
    )
    return NoticeRule(zh=zh, en=en, source=data["source"], confirmed=data["confirmed"])


def _invalid(reason: str) -> Refusal:
    return Refusal(
        code="invalid-process-rules",
        zh=f"信用办理规则文件 process.toml 有误，请改正后重新启动: {reason}",
        en=f"the rules in process.toml of credit are not valid; correct them and start again: {reason}",
    )
