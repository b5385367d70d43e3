"""The ranking in words (排序理由的说法): every value of a feature as a person reads it, in both languages."""

from collections.abc import Sequence

from supervision.domain.ranking.card import OTHER, RankReason
from supervision.domain.ranking.features import NONE, Edges, Feature, Trait

_LAST = {
    NONE: ("没有检查记录", "no check on record"),
    "CLEAN": ("上次检查没有问题", "nothing found at the last check"),
    "MINOR": ("上次检查只有轻微问题", "minor findings at the last check"),
    "SERIOUS": ("上次检查有较重问题", "serious findings at the last check"),
    "CRITICAL": ("上次检查有严重问题", "critical findings at the last check"),
}
_COUNTED = {
    Feature.CRITICAL_SHARE: ("历次检查有严重问题的比例", "share of its checks with critical findings"),
    Feature.MINOR_FINDINGS: ("平均每次轻微问题数", "minor findings a check"),
    Feature.PERMIT_AGE: ("自首次许可起的年数", "years since its first permit"),
    Feature.AREA_RATE: ("片区近期严重问题与平均之比", "critical findings around it lately, average = 1"),
}


def reason_words(reason: RankReason, edges: Edges) -> tuple[str, str]:
    """A reason with its points, Chinese and English: 上次检查有严重问题 +14."""
    zh, en = trait_words(reason.trait, edges)
    return f"{zh} {reason.points:+d}", f"{en} {reason.points:+d}"


def trait_words(trait: Trait, edges: Edges) -> tuple[str, str]:
    """The value of a feature, Chinese and English."""
    if trait.feature is Feature.LAST_CHECK:
        return _LAST[trait.value]
    if trait.feature is Feature.OBJECT_KIND:
        if trait.value in {NONE, OTHER}:
            return {NONE: ("类别不详", "kind not known"), OTHER: ("其他类别", "another kind")}[trait.value]
        return f"类别 {trait.value}", f"kind {trait.value}"
    zh, en = _COUNTED[trait.feature]
    if trait.value == NONE:
        return f"{zh}：无记录", f"{en}: nothing on record"
    span = _span(edges[trait.feature], int(trait.value))
    return f"{zh} {span}", f"{en} {span}"


def _span(cuts: Sequence[float], number: int) -> str:
    if number == 0:
        return f"< {cuts[0]:g}"
    return f">= {cuts[-1]:g}" if number == len(cuts) else f"{cuts[number - 1]:g}–{cuts[number]:g}"
